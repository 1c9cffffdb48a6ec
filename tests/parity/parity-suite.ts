import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandResult, Engine } from '@berth/testing';
import { normalise } from './normalise.ts';
import { untilSame } from './random-order.ts';
import type { Situation } from './situations.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** Runs every situation against both engines, each started once, and compares the answers. */
export function paritySuite(situations: readonly Situation[]): void {
  let docker: Engine;
  let berth: Engine;

  before(async () => {
    const script = path.join(repository, 'scripts/reference-docker.sh');
    execFileSync('sh', [script], { stdio: 'inherit' });
    const tar = execFileSync('sh', [path.join(repository, 'scripts/busybox-root.sh')], {
      maxBuffer: 1 << 28,
    });
    docker = await Engine.start('docker');
    berth = await Engine.start('berth');
    for (const engine of [docker, berth]) {
      await engine.docker(['import', '-c', 'CMD ["sh"]', '-', 'parity'], { input: tar });
    }
  });
  after(async () => {
    await docker?.[Symbol.asyncDispose]();
    await berth?.[Symbol.asyncDispose]();
  });

  for (const situation of situations) {
    test(`docker ${situation.args.join(' ')}`, async () => {
      const options = situation.input === undefined ? {} : { input: situation.input };
      const { args, differs } = situation;
      const ask = async () => {
        const theirs = answerOf(situation, await docker.tryDocker(args, options));
        const ours = answerOf(situation, await berth.tryDocker(args, options));
        return { ours, theirs };
      };
      const { ours, theirs } = differs === undefined ? await untilSame(args, ask) : await ask();
      if (differs === undefined) assert.equal(ours, theirs);
      else assert.notEqual(ours, theirs, `no longer differs, although listed: ${differs}`);
    });
  }
}

function answerOf(situation: Situation, result: CommandResult): string {
  const code = `exit ${result.code}`;
  if (situation.compare === 'code') return code;
  const stdout = normalise(result.stdout);
  if (situation.compare === 'lines') return stdout.split('\n').sort().join('\n');
  return situation.compare === 'stdout'
    ? stdout
    : [code, stdout, normalise(result.stderr)].join('\n');
}
