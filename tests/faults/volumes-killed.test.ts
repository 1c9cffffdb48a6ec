import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { eventually, TestDaemon } from '@berth/testing';
import { VolumePlugin } from '../clients/volume-plugin.ts';

/** The daemon is killed at each step of what it does with volumes; the next one finishes or undoes it. */

let folder: string;
let archive: string;
let plugin: VolumePlugin;
let daemon: TestDaemon;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-plugins-'));
  plugin = await VolumePlugin.start('keeper', path.join(folder, 'plugins'));
  daemon = await TestDaemon.start({ args: ['--plugin-dir', path.join(folder, 'plugins')] });
  archive = path.join(folder, 'archive.tar');
  writeFileSync(archive, tarOf([{ name: 'file', content: 'from the archive' }]));
  await daemon.dockerOk(['volume', 'create', 'source']);
  writeFileSync(path.join(dataOf('source'), 'file'), 'from the volume');
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  await plugin[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const dataOf = (name: string) => path.join(daemon.dataRoot, 'volumes', name, '_data');
const volumes = async () => (await daemon.dockerOk(['volume', 'ls', '-q'])).split('\n').sort();
const folders = () => readdirSync(path.join(daemon.dataRoot, 'volumes')).sort();

/** Runs a command of berth on a daemon that is killed at the step, and starts the next daemon. */
async function killedAt(point: string, args: readonly string[]): Promise<void> {
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess([], { BERTH_FAULT_POINT: point });
  await daemon.berth(args, { timeoutMilliseconds: 20_000 });
  assert.equal(await daemon.ended(), 'SIGKILL', `${point} was not reached`);
  await daemon.startProcess();
}

const ways = [
  { args: () => ['volume', 'import', 'made', archive], content: 'from the archive' },
  { args: () => ['volume', 'clone', 'source', 'made'], content: 'from the volume' },
];

for (const { args, content } of ways) {
  for (const point of ['volume.incoming', 'volume.filled']) {
    test(`${content}, ${point}: no volume`, async () => {
      await killedAt(point, args());
      assert.deepEqual(await volumes(), ['source']);
      assert.deepEqual(folders(), ['source']);
    });
  }
  for (const point of ['volume.placing', 'volume.placed']) {
    test(`${content}, ${point}: the whole volume`, async () => {
      await killedAt(point, args());
      assert.deepEqual(await volumes(), ['made', 'source']);
      assert.deepEqual(folders(), ['made', 'source']);
      assert.equal(readFileSync(path.join(dataOf('made'), 'file'), 'utf8'), content);
      await daemon.dockerOk(['volume', 'rm', 'made']);
    });
  }
}

for (const point of ['volume.recorded', 'volume.made']) {
  test(`local volume, create, ${point}`, async () => {
    await killedAt(point, ['volume', 'create', 'plain']);
    assert.deepEqual(await volumes(), ['plain', 'source']);
    assert.deepEqual(folders(), ['plain', 'source']);
    await daemon.dockerOk(['volume', 'rm', 'plain']);
  });
}

for (const point of ['volume.marked', 'volume.renamed', 'volume.forgotten']) {
  test(`local volume, rm, ${point}`, async () => {
    await daemon.dockerOk(['volume', 'create', 'plain']);
    writeFileSync(path.join(dataOf('plain'), 'file'), 'x');
    await killedAt(point, ['volume', 'rm', 'plain']);
    assert.deepEqual(await volumes(), ['source']);
    assert.deepEqual(folders(), ['source']);
  });
}

test('volume of a plug-in, create, before it is asked', async () => {
  await killedAt('volume.recorded', ['volume', 'create', '-d', 'keeper', 'remote']);
  await eventually(async () => assert.deepEqual(await volumes(), ['source']));
  assert.deepEqual(plugin.state.volumes, {});
});

test('volume of a plug-in, create, after it has made it', async () => {
  await killedAt('volume.made', ['volume', 'create', '-d', 'keeper', 'remote']);
  assert.deepEqual(await volumes(), ['remote', 'source']);
  await daemon.dockerOk(['volume', 'rm', 'remote']);
  assert.deepEqual(plugin.state.volumes, {});
});

test('volume of a plug-in, rm, before it is asked', async () => {
  await daemon.dockerOk(['volume', 'create', '-d', 'keeper', 'remote']);
  await killedAt('volume.marked', ['volume', 'rm', 'remote']);
  await eventually(async () => assert.deepEqual(await volumes(), ['source']));
  assert.deepEqual(plugin.state.volumes, {});
});

for (const point of ['volume.mount-recorded', 'volume.plugin-mounted', 'volume.mounted']) {
  test(`volume of a plug-in, start of a container, ${point}`, async () => {
    const mount = ['--volume-driver', 'keeper', '-v', 'remote:/r:nocopy'];
    await daemon.dockerOk(['create', '--name', 'user', ...mount, 'busybox', 'sleep', '1000']);
    await killedAt(point, ['start', 'user']);
    await eventually(() => assert.deepEqual(plugin.mountsOf('remote'), []));
    await daemon.dockerOk(['start', 'user']);
    assert.equal(plugin.mountsOf('remote').length, 1);
    await daemon.dockerOk(['rm', '-f', 'user']);
    assert.deepEqual(plugin.mountsOf('remote'), []);
    await daemon.dockerOk(['volume', 'rm', 'remote']);
  });
}

test('volume of a plug-in, end of a container, after it was unmounted', async () => {
  const mount = ['--volume-driver', 'keeper', '-v', 'remote:/r:nocopy'];
  await daemon.dockerOk([
    'run',
    '-d',
    '--init',
    '--name',
    'user',
    ...mount,
    'busybox',
    'sleep',
    '1000',
  ]);
  await killedAt('volume.unmounted', ['stop', '-t', '0', 'user']);
  assert.deepEqual(plugin.mountsOf('remote'), []);
  const format = '{{.State.Status}} {{.State.ExitCode}}';
  await eventually(async () =>
    assert.match(await daemon.dockerOk(['inspect', '-f', format, 'user']), /^exited /),
  );
  await daemon.dockerOk(['rm', 'user']);
  await daemon.dockerOk(['volume', 'rm', 'remote']);
});
