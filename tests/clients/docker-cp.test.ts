import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandOptions, type CommandResult, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk([
    'create',
    '--name',
    'box',
    '-v',
    'cpdata:/data',
    'busybox',
    'sleep',
    '600',
  ]);
});
after(() => daemon[Symbol.asyncDispose]());

type Client = (args: readonly string[], options?: CommandOptions) => Promise<CommandResult>;
const clients: Readonly<Record<string, Client>> = {
  docker: (args, options) => daemon.docker(args, options),
  berth: (args, options) => daemon.berth(args, options),
};

/** Every case of `cp` with both clients, first stopped, then running. */
for (const [client, run] of Object.entries(clients)) {
  for (const running of [false, true]) {
    test(`${client} cp, ${running ? 'running' : 'stopped'}`, async () => {
      await daemon.dockerOk(running ? ['start', 'box'] : ['stop', '-t', '0', 'box']);
      const here = path.join(daemon.directory, `${client}-${running}`);
      const inside = `/${client}-${running}`;
      mkdirSync(path.join(here, 'tree/sub'), { recursive: true });
      writeFileSync(path.join(here, 'tree/sub/file'), 'content', { mode: 0o640 });
      const ok = async (...args: string[]) => {
        const result = await run(['cp', ...args]);
        assert.equal(result.code, 0, `cp ${args.join(' ')}: ${result.stderr}`);
        return result.stdout;
      };
      await ok(`${here}/tree`, `box:${inside}`);
      await ok(`${here}/tree/.`, `box:${inside}`);
      await ok('-a', `${here}/tree/sub/file`, `box:/data/as-${client}`);
      await ok(`box:${inside}`, `${here}/back`);
      assert.deepEqual(readdirSync(`${here}/back`), ['sub']);
      assert.equal(readFileSync(`${here}/back/sub/file`, 'utf8'), 'content');
      assert.equal(lstatSync(`${here}/back/sub/file`).mode & 0o777, 0o640);
      await ok(`box:/data/as-${client}`, `${here}/back`);
      for (const ending of ['/', '/.']) {
        mkdirSync(`${here}/into${ending}`, { recursive: true });
        await ok(`box:/data/as-${client}`, `${here}/into${ending}`);
        await ok(`box:${inside}`, `${here}/into${ending}`);
        assert.deepEqual(readdirSync(`${here}/into`), [`as-${client}`, inside.slice(1)].sort());
      }
      assert.ok((await ok(`box:${inside}/sub`, '-')).includes('sub/file'));
      const tar = (await daemon.dockerOk(['cp', `box:${inside}/sub`, '-'])).padEnd(20_480, '\0');
      const piped = await run(['cp', '-', `box:/data`], {
        input: tar,
      });
      assert.equal(piped.code, 0, piped.stderr);
      await ok(`box:/data/sub/file`, `${here}/renamed`);
      assert.equal(readFileSync(`${here}/renamed`, 'utf8'), 'content');
      const refused: readonly (readonly [string, string, RegExp])[] = [
        [`box:/nosuch`, here, /Could not find the file \/nosuch in container box/],
        [`${here}/tree`, `box:/data/as-${client}`, /cannot copy directory/],
        [`${here}/renamed`, 'box:/nosuch/', /no such directory/],
        ['box:/a', 'box:/b', /copying between containers is not supported/],
        ['nosuchbox:/a', here, /No such container: nosuchbox/],
        [`${here}/nosuch`, 'box:/', /no such file or directory/],
      ];
      for (const [from, to, text] of refused) {
        const result = await run(['cp', from, to]);
        assert.equal(result.code, 1, `cp ${from} ${to}`);
        assert.match(result.stderr, text);
      }
    });
  }
}
