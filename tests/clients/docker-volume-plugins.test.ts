import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { VolumeListResponse } from '@berth/engine-api';
import { createEngineClient } from '@berth/engine-client';
import { eventually, TestDaemon } from '@berth/testing';
import { VolumePlugin } from './volume-plugin.ts';

let folder: string;
let plugin: VolumePlugin;
let daemon: TestDaemon;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-plugins-'));
  plugin = await VolumePlugin.start('keeper', folder);
  daemon = await TestDaemon.start({ args: ['--plugin-dir', folder] });
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  await plugin[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(() => plugin.behave());

const run = (flags: string[], script: string) =>
  daemon.docker(['run', '--rm', ...flags, 'busybox', 'sh', '-c', script]);

async function fails(args: string[], text: RegExp): Promise<void> {
  const result = await daemon.docker(args);
  assert.notEqual(result.code, 0, args.join(' '));
  assert.match(result.stderr, text);
}

test('made, listed, inspected, used and removed', async () => {
  const made = ['volume', 'create', '-d', 'keeper', '-o', 'k=v', '--label', 'a=b', 'data'];
  assert.equal(await daemon.dockerOk(made), 'data');
  assert.equal(
    await daemon.dockerOk(['volume', 'ls', '--format', '{{.Driver}} {{.Name}} {{.Scope}}']),
    'keeper data global',
  );
  const format = '{{.Driver}} {{.Scope}} {{.CreatedAt}} {{.Options}} {{.Labels}} {{.Status}}';
  assert.equal(
    await daemon.dockerOk(['volume', 'inspect', '-f', format, 'data']),
    'keeper global 2024-05-06T07:08:09Z map[k:v] map[a:b] map[k:v users:0]',
  );
  const mounted = await run(['-v', 'data:/d'], 'echo hello > /d/f; grep -c " /d " /proc/mounts');
  assert.equal(mounted.stdout, '1\n', mounted.stderr);
  assert.equal(readFileSync(path.join(plugin.folder, 'volumes/data/f'), 'utf8'), 'hello\n');
  assert.deepEqual(plugin.mountsOf('data'), []);
  assert.match(await daemon.dockerOk(['info', '-f', '{{.Plugins.Volume}}']), /keeper local/);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q', '-f', 'driver=keeper']), 'data');
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q', '-f', 'driver=local']), '');
  assert.equal(await daemon.dockerOk(['volume', 'rm', 'data']), 'data');
  assert.deepEqual(plugin.state.volumes, {});
});

test('run -v with a driver, and copies from the image', async () => {
  const copied = await run(['--volume-driver', 'keeper', '-v', 'etc:/etc'], 'cat /etc/passwd');
  assert.match(copied.stdout, /^root:/, copied.stderr);
  assert.match(readFileSync(path.join(plugin.folder, 'volumes/etc/passwd'), 'utf8'), /^root:/);
  const option =
    'type=volume,src=opts,dst=/o,volume-driver=keeper,volume-opt=size=9,volume-label=l=1';
  assert.equal((await run(['--mount', option], 'true')).code, 0);
  assert.deepEqual(plugin.state.volumes.opts?.opts, { size: '9' });
  assert.match(await daemon.dockerOk(['volume', 'inspect', '-f', '{{.Labels}}', 'opts']), /l:1/);
  const other = ['volume', 'create', '-d', 'local', 'opts'];
  await fails(other, /driver 'keeper' already has volume 'opts': volume name must be unique/);
  await daemon.dockerOk(['volume', 'rm', 'etc', 'opts']);
});

test('a volume that the plug-in has already is found by its name', async () => {
  await daemon.dockerOk(['volume', 'create', '-d', 'keeper', 'theirs']);
  await daemon.stopProcess();
  await daemon.startProcess();
  await daemon.dockerOk(['volume', 'rm', '-f', 'theirs']);
  plugin.behave();
  const body = JSON.stringify({ Name: 'beside', Opts: {} });
  const made = await daemon.inNamespace('sh', [
    '-c',
    `curl -s --unix-socket ${plugin.socket} -d '${body}' http://p/VolumeDriver.Create`,
  ]);
  assert.equal(made.code, 0, made.stderr);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'beside');
  await run(['-v', 'beside:/b'], 'echo found > /b/f');
  assert.equal(readFileSync(path.join(plugin.folder, 'volumes/beside/f'), 'utf8'), 'found\n');
  await daemon.dockerOk(['volume', 'rm', 'beside']);
  assert.deepEqual(plugin.state.volumes, {});
});

test('mounted once for each container, also when the daemon is killed meanwhile', async () => {
  const sleeper = ['run', '-d', '--init', '-v', 'shared:/one', '--volume-driver', 'keeper'];
  const one = await daemon.dockerOk([...sleeper, '-v', 'shared:/two', 'busybox', 'sleep', '1000']);
  const two = await daemon.dockerOk([...sleeper, 'busybox', 'sleep', '1000']);
  assert.deepEqual([...plugin.mountsOf('shared')].sort(), [one, two].sort());
  await fails(['volume', 'rm', 'shared'], /volume is in use - \[/);
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.deepEqual([...plugin.mountsOf('shared')].sort(), [one, two].sort());
  await daemon.dockerOk(['rm', '-f', one]);
  assert.deepEqual(plugin.mountsOf('shared'), [two]);
  await daemon.stopProcess('SIGKILL');
  const shims = daemon.processes().filter(({ program }) => program === 'berth-shim');
  for (const { pid } of shims) process.kill(pid, 'SIGKILL');
  await daemon.startProcess();
  await eventually(() => assert.deepEqual(plugin.mountsOf('shared'), []));
  await daemon.dockerOk(['rm', '-f', two]);
  await daemon.dockerOk(['volume', 'rm', 'shared']);
});

test('a plug-in that is gone: clear errors, and what it could not be told is told later', async () => {
  const id = await daemon.dockerOk([
    ...['run', '-d', '--init', '-v', 'away:/d', '--volume-driver', 'keeper', 'busybox'],
    ...['sleep', '1000'],
  ]);
  await plugin.stopProcess();
  await daemon.dockerOk(['rm', '-f', id]);
  assert.deepEqual(plugin.mountsOf('away'), [id]);
  await fails(['volume', 'inspect', 'away'], /plugin keeper: VolumeDriver.Get: .*ECONNREFUSED/);
  await fails(['run', '--rm', '-v', 'away:/d', 'busybox'], /plugin keeper: VolumeDriver.Mount/);
  const client = createEngineClient({ host: daemon.host });
  const listed = await client.json<VolumeListResponse>('GET', '/volumes');
  assert.deepEqual(
    listed.Volumes?.map(({ Driver, Name }) => [Driver, Name]),
    [['keeper', 'away']],
  );
  assert.match(String(listed.Warnings), /plugin keeper: VolumeDriver.List: .*ECONNREFUSED/);
  await plugin.startProcess();
  await daemon.dockerOk(['volume', 'rm', 'away']);
  assert.deepEqual(plugin.state.volumes, {});
  await fails(['volume', 'create', '-d', 'nobody', 'x1'], /plugin "nobody" not found/);
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});

test('force forgets a volume whose plug-in fails', async () => {
  await daemon.dockerOk(['volume', 'create', '-d', 'keeper', 'stuck']);
  plugin.behave({ Remove: { status: 500, text: '{"Err": "no way"}' }, List: { status: 500 } });
  await fails(['volume', 'rm', 'stuck'], /plugin keeper: VolumeDriver.Remove: no way/);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'stuck');
  await daemon.dockerOk(['volume', 'rm', '-f', 'stuck']);
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), '');
  plugin.behave();
  await daemon.dockerOk(['volume', 'rm', 'stuck']);
});

test('what a plug-in answers is not trusted', async () => {
  const hostile: readonly (readonly [object, RegExp])[] = [
    [{ answer: { Mountpoint: '/' } }, /gave the mount point "\/", which belongs to the host/],
    [{ answer: { Mountpoint: daemon.dataRoot } }, /which belongs to the host/],
    [{ answer: { Mountpoint: path.dirname(daemon.dataRoot) } }, /which belongs to the host/],
    [{ answer: { Mountpoint: '/proc/self/root' } }, /which belongs to the host/],
    [{ answer: { Mountpoint: 'relative' } }, /which is no absolute path/],
    [{ answer: { Mountpoint: ['/tmp'] } }, /which is no absolute path/],
    [{ answer: { Mountpoint: '/nowhere/at/all' } }, /where there is no directory/],
    [{ status: 500 }, /status 500/],
    [{ text: 'nonsense' }, /not JSON|not a JSON/],
    [{ answer: { Err: 'not today' } }, /VolumeDriver.Mount: not today/],
  ];
  for (const [behaviour, text] of hostile) {
    plugin.behave({ Mount: behaviour });
    await fails(['run', '--rm', '--volume-driver', 'keeper', '-v', 'odd:/d', 'busybox'], text);
  }
  const Volumes = [{ Name: '../../etc' }, { Name: 7 }, null, 'x', { Name: 'fine-name' }];
  plugin.behave({ List: { answer: { Volumes } }, Get: { answer: { Volume: { Name: 'other' } } } });
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), 'fine-name\nodd');
  plugin.behave();
  await daemon.dockerOk(['volume', 'rm', 'odd']);
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  assert.ok(!mounts.includes(plugin.folder));
});

test('a plug-in that hangs holds up nobody else', async () => {
  await daemon.dockerOk(['volume', 'create', '-d', 'keeper', 'slow']);
  plugin.behave({ Mount: { hang: true }, List: { hang: true } });
  const earlier = plugin.state.calls.length;
  const waiting = run(['-v', 'slow:/s:nocopy'], 'true');
  const listing = daemon.docker(['volume', 'ls', '-q']);
  await eventually(() => {
    const since = plugin.state.calls.slice(earlier);
    assert.ok(since.includes('VolumeDriver.Mount') && since.includes('VolumeDriver.List'));
  });
  assert.equal((await run(['-v', 'beside:/b'], 'echo fine')).stdout, 'fine\n');
  assert.equal(await daemon.dockerOk(['volume', 'inspect', '-f', '{{.Driver}}', 'slow']), 'keeper');
  await plugin.stopProcess();
  const [failed, listed] = await Promise.all([waiting, listing]);
  assert.equal(failed.code, 125);
  assert.match(failed.stderr, /plugin keeper: VolumeDriver.Mount: /);
  assert.equal(listed.stdout, 'beside\nslow\n');
  plugin.behave();
  await plugin.startProcess();
  await daemon.dockerOk(['volume', 'rm', 'slow', 'beside']);
  assert.deepEqual(plugin.state.volumes, {});
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});
