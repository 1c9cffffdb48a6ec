import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CommandResult, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk(['tag', 'busybox', 'kept:1']);
});
after(() => daemon[Symbol.asyncDispose]());

type Client = (args: readonly string[]) => Promise<CommandResult>;
const clients: Readonly<Record<string, Client>> = {
  docker: (args) => daemon.docker(args),
  berth: (args) => daemon.berth(args),
};

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const list = async (...args: string[]) => lines(await daemon.dockerOk(args)).sort();
const volumes = () => list('volume', 'ls', '-q', '-f', 'name=p-');
const networks = () => list('network', 'ls', '--format', '{{.Name}}', '-f', 'name=p-');
const containers = () => list('ps', '-a', '--format', '{{.Names}}');
const images = () => list('images', '--format', '{{.Repository}}:{{.Tag}}', '-f', 'reference=p-*');

async function makeImage(name: string, label: string): Promise<void> {
  const id = await daemon.dockerOk(['create', 'busybox', 'true', name]);
  await daemon.dockerOk(['commit', '-c', `LABEL ${label}`, id, name]);
  await daemon.dockerOk(['rm', id]);
}

for (const [client, run] of Object.entries(clients)) {
  const ok = async (...args: string[]): Promise<string> => {
    const result = await run(args);
    assert.equal(result.code, 0, `${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
  };
  const fails = async (text: RegExp, ...args: string[]): Promise<void> => {
    const result = await run(args);
    assert.notEqual(result.code, 0, args.join(' '));
    assert.match(result.stderr, text);
  };

  describe(client, () => {
    test('container prune', async () => {
      for (const [name, label] of [
        ['p-a', 'tier=db'],
        ['p-b', 'tier=web'],
        ['p-c', 'other'],
      ] as const) {
        await daemon.dockerOk(['create', '--name', name, '--label', label, 'busybox']);
      }
      await daemon.dockerOk(['run', '-d', '--init', '--name', 'p-run', 'busybox', 'sleep', '1000']);
      await ok('container', 'prune', '-f', '--filter', 'until=1h');
      assert.deepEqual(await containers(), ['p-a', 'p-b', 'p-c', 'p-run']);
      await ok('container', 'prune', '-f', '--filter', 'label=tier=db');
      assert.deepEqual(await containers(), ['p-b', 'p-c', 'p-run']);
      await ok('container', 'prune', '-f', '--filter', 'label!=tier=web');
      assert.deepEqual(await containers(), ['p-b', 'p-run']);
      const told = await ok('container', 'prune', '-f', '--filter', 'until=2100-01-01T00:00:00Z');
      assert.match(told, /^Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: 0B\n$/);
      assert.deepEqual(await containers(), ['p-run']);
      await fails(/invalid filter/i, 'container', 'prune', '-f', '--filter', 'colour=red');
      await fails(/time or duration: "soon"/, 'container', 'prune', '-f', '--filter', 'until=soon');
      await daemon.dockerOk(['rm', '-f', 'p-run']);
    });

    test('volume prune', async () => {
      await daemon.dockerOk(['volume', 'create', '--label', 'tier=db', 'p-db']);
      await daemon.dockerOk(['volume', 'create', '--label', 'tier=web', 'p-web']);
      await daemon.dockerOk(['volume', 'create', 'p-plain']);
      const tmpfs = ['-o', 'type=tmpfs', '-o', 'device=tmpfs'];
      await daemon.dockerOk(['volume', 'create', ...tmpfs, 'p-options']);
      const user = await daemon.dockerOk([
        'create',
        '-v',
        'p-used:/v',
        '-v',
        '/anonymous',
        'busybox',
      ]);
      const all = ['p-db', 'p-options', 'p-plain', 'p-used', 'p-web'];
      const anonymous = await list('volume', 'ls', '-q', '-f', 'label=com.docker.volume.anonymous');
      assert.equal(anonymous.length, 1);
      assert.equal(await ok('volume', 'prune', '-f'), 'Total reclaimed space: 0B\n');
      await daemon.dockerOk(['rm', user]);
      const told = await ok('volume', 'prune', '-f');
      assert.equal(told, `Deleted Volumes:\n${anonymous[0]}\n\nTotal reclaimed space: 0B\n`);
      assert.deepEqual(await volumes(), all);
      await ok('volume', 'prune', '-af', '--filter', 'label=tier=db');
      assert.deepEqual(await volumes(), ['p-options', 'p-plain', 'p-used', 'p-web']);
      await ok('volume', 'prune', '-af', '--filter', 'label!=tier');
      assert.deepEqual(await volumes(), ['p-options', 'p-web']);
      await ok('volume', 'prune', '--all', '-f');
      assert.deepEqual(await volumes(), ['p-options']);
      await fails(/invalid filter 'until'/, 'volume', 'prune', '-f', '--filter', 'until=1h');
      await daemon.dockerOk(['volume', 'rm', 'p-options']);
    });

    test('network prune', async () => {
      await daemon.dockerOk(['network', 'create', '--label', 'tier=db', 'p-db']);
      await daemon.dockerOk(['network', 'create', 'p-plain']);
      await daemon.dockerOk(['network', 'create', 'p-used']);
      const user = await daemon.dockerOk([
        ...['run', '-d', '--init', '--network', 'p-used', 'busybox', 'sleep', '1000'],
      ]);
      await ok('network', 'prune', '-f', '--filter', 'until=1h');
      assert.deepEqual(await networks(), ['p-db', 'p-plain', 'p-used']);
      await ok('network', 'prune', '-f', '--filter', 'label!=tier');
      assert.deepEqual(await networks(), ['p-db', 'p-used']);
      assert.equal(await ok('network', 'prune', '-f'), 'Deleted Networks:\np-db\n\n');
      assert.deepEqual(await networks(), ['p-used']);
      await daemon.dockerOk(['rm', '-f', user]);
      await daemon.dockerOk(['network', 'rm', 'p-used']);
    });

    test('image prune', async () => {
      await makeImage('p-db:1', 'tier=db');
      await makeImage('p-web:1', 'tier=web');
      await makeImage('p-used:1', 'tier=used');
      const user = await daemon.dockerOk(['create', 'p-used:1']);
      assert.equal(await ok('image', 'prune', '-f'), 'Total reclaimed space: 0B\n');
      await ok('image', 'prune', '-af', '--filter', 'until=1h');
      assert.deepEqual(await images(), ['p-db:1', 'p-used:1', 'p-web:1']);
      await ok('image', 'prune', '-af', '--filter', 'label=tier=db');
      assert.deepEqual(await images(), ['p-used:1', 'p-web:1']);
      await ok('image', 'prune', '-af', '--filter', 'label=tier', '--filter', 'label!=tier=web');
      assert.deepEqual(await images(), ['p-used:1', 'p-web:1']);
      await daemon.dockerOk(['rmi', 'p-web:1']);
      await makeImage('p-named:1', 'tier=named');
      await daemon.dockerOk(['tag', 'busybox', 'p-named:1']);
      assert.match(await ok('image', 'prune', '-f'), /^Deleted Images:\n[\s\S]*sha256:/);
      assert.deepEqual(await images(), ['p-named:1', 'p-used:1']);
      await daemon.dockerOk(['rm', user]);
      await daemon.dockerOk(['rmi', 'p-named:1', 'p-used:1']);
    });

    test('system prune', async () => {
      const make = async () => {
        await daemon.dockerOk(['create', '--label', 'go=1', '-v', '/anonymous', 'busybox']);
        await daemon.dockerOk(['volume', 'create', 'p-named']);
        await daemon.dockerOk(['network', 'create', '--label', 'go=1', 'p-net']);
        await makeImage('p-img:1', 'go=1');
      };
      await make();
      await ok('system', 'prune', '-f', '--filter', 'label=stay');
      assert.equal((await containers()).length, 1);
      await ok('system', 'prune', '-f', '--filter', 'label=go');
      assert.deepEqual([await containers(), await networks()], [[], []]);
      assert.deepEqual(await images(), ['p-img:1']);
      assert.equal((await list('volume', 'ls', '-q')).length, 2);
      await ok('system', 'prune', '-f', '--volumes');
      assert.deepEqual(await list('volume', 'ls', '-q'), ['p-named']);
      await fails(
        /ERROR: The "until" filter is not supported with "--volumes"/,
        'system',
        'prune',
        '-f',
        '--volumes',
        '--filter',
        'until=1h',
      );
      await ok('system', 'prune', '-af', '--filter', 'label=go=1');
      assert.deepEqual(await images(), []);
      assert.deepEqual(await list('images', '-q', 'kept:1'), await list('images', '-q', 'busybox'));
      await daemon.dockerOk(['volume', 'rm', 'p-named']);
    });
  });
}
