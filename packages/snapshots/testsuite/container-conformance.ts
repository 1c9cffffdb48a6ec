import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { directory, type Member, symlink } from '@berth/tar/testsuite/tar-archive.ts';
import type { Change } from '../src/snapshotter.ts';
import { type HarnessOptions, SnapshotterHarness } from './snapshotter-harness.ts';

const image: readonly Member[] = [
  directory('bin'),
  { name: 'bin/sh', mode: 0o755, content: 'shell' },
  directory('etc'),
  { name: 'etc/passwd', content: 'root' },
  { name: 'etc/hosts', content: 'from the image' },
  directory('var'),
  directory('var/lib'),
  { name: 'var/lib/a', content: 'a' },
  { name: 'var/lib/b', content: 'b' },
  directory('var/empty'),
  symlink('lib', 'var/lib'),
];

/** Containers write for themselves alone; what they changed can be told. */
export function containerConformance(options: HarnessOptions): void {
  it('gives each container its own writable files', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers(image);
    const one = await harness.container(chain);
    const two = await harness.container(chain);
    writeFileSync(join(one.path, 'etc/passwd'), 'changed');
    rmSync(join(one.path, 'var'), { recursive: true });
    assert.equal(readFileSync(join(two.path, 'etc/passwd'), 'utf8'), 'root');
    assert.equal(readFileSync(join(two.path, 'lib/a'), 'utf8'), 'a');
    assert.deepEqual((await harness.snapshotter.listContainers()).sort(), [one.id, two.id]);
    assert.deepEqual(await harness.snapshotter.changes(two.id), []);
    assert.deepEqual((await harness.snapshotter.containerUsage(two.id)).bytes, 0);
  });

  it('shows the files of an image alone, read-only', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const replaced = { name: 'etc/passwd', content: 'other' };
    const chains = await harness.layers(image, [replaced]);
    const target = join(harness.root, 'shown');
    for (const [chain, content] of [
      [chains.slice(0, 1), 'root'],
      [chains, 'other'],
    ] as const) {
      mkdirSync(target, { recursive: true });
      await harness.snapshotter.mountLayers(chain, target);
      try {
        assert.equal(readFileSync(join(target, 'etc/passwd'), 'utf8'), content);
        assert.deepEqual(readdirSync(target).sort(), ['bin', 'etc', 'lib', 'var']);
        assert.throws(() => writeFileSync(join(target, 'x'), ''), { code: 'EROFS' });
      } finally {
        options.kernel.mounts.unmount(target, { detach: true });
      }
    }
    await harness.snapshotter.mountLayers([], target);
    assert.deepEqual(readdirSync(target), []);
    options.kernel.mounts.unmount(target, { detach: true });
  });

  it('starts without changes and keeps changes over unmount and a new daemon', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    assert.deepEqual(await harness.snapshotter.changes(id), []);
    writeFileSync(join(path, 'written'), 'kept');
    await harness.snapshotter.unmount(id);
    await harness.snapshotter.unmount(id);
    await harness.reopen();
    assert.deepEqual(await harness.snapshotter.listContainers(), [id]);
    assert.equal(await harness.snapshotter.mount(id), path);
    assert.equal(await harness.snapshotter.mount(id), path);
    assert.equal(readFileSync(join(path, 'written'), 'utf8'), 'kept');
    await harness.reopen('killed');
    assert.equal(await harness.snapshotter.mount(id), path);
    assert.equal(readFileSync(join(path, 'written'), 'utf8'), 'kept');
    const mounts = harness.kernel.mounts.list(harness.root);
    assert.equal(mounts.length, options.driver === 'overlay2' ? 1 : 0, 'mounted once');
  });

  it('has the mount points that every container needs, under the files of the image', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    for (const name of ['dev', 'proc', 'sys', 'dev/pts', 'dev/shm', '.dockerenv', 'etc/hostname']) {
      assert.ok(existsSync(join(path, name)), name);
    }
    assert.equal(readFileSync(join(path, 'etc/hosts'), 'utf8'), 'from the image');
    assert.deepEqual(await harness.snapshotter.changes(id), []);
    writeFileSync(join(path, 'etc/hostname'), '');
    const changes = await harness.snapshotter.changes(id);
    assert.ok(changes.every(({ kind }) => kind !== 'added'));
  });

  it('runs images without layers', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container([]);
    mkdirSync(join(path, 'new'));
    assert.deepEqual(await harness.snapshotter.changes(id), [{ kind: 'added', path: '/new' }]);
    await harness.reopen();
    assert.ok(existsSync(join(await harness.snapshotter.mount(id), 'new')));
  });

  it('tells what was added, modified and deleted, as docker diff does', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    const at = (...names: string[]) => join(path, ...names);
    mkdirSync(at('new'));
    writeFileSync(at('new/file'), 'x');
    linkSync(at('new/file'), at('new/link'));
    writeFileSync(at('etc/passwd'), 'changed');
    chmodSync(at('bin/sh'), 0o700);
    rmSync(at('var/lib/a'));
    rmSync(at('lib'));
    symlinkSync('elsewhere', at('lib'));
    const expected: Change[] = [
      { kind: 'modified', path: '/bin' },
      { kind: 'modified', path: '/bin/sh' },
      { kind: 'modified', path: '/etc' },
      { kind: 'modified', path: '/etc/passwd' },
      { kind: 'modified', path: '/lib' },
      { kind: 'added', path: '/new' },
      { kind: 'added', path: '/new/file' },
      { kind: 'added', path: '/new/link' },
      { kind: 'modified', path: '/var' },
      { kind: 'modified', path: '/var/lib' },
      { kind: 'deleted', path: '/var/lib/a' },
    ];
    assert.deepEqual(await harness.snapshotter.changes(id), expected);
    const usage = await harness.snapshotter.containerUsage(id);
    assert.ok(usage.bytes >= 1 + 'changed'.length, `${usage.bytes} bytes`);
  });

  it('does not list files that are as before', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    const file = join(path, 'bin/sh');
    const { mtimeMs } = lstatSync(file);
    chmodSync(file, 0o700);
    chmodSync(file, 0o755);
    utimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
    assert.deepEqual(await harness.snapshotter.changes(id), []);
    writeFileSync(join(path, 'created'), '');
    rmSync(join(path, 'created'));
    assert.deepEqual(await harness.snapshotter.changes(id), []);
  });

  it('tells what a replaced directory lost and gained', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    rmSync(join(path, 'var/lib'), { recursive: true });
    mkdirSync(join(path, 'var/lib'));
    writeFileSync(join(path, 'var/lib/b'), 'new b');
    writeFileSync(join(path, 'var/lib/c'), 'c');
    rmSync(join(path, 'var/empty'), { recursive: true });
    writeFileSync(join(path, 'var/empty'), 'a file now');
    assert.deepEqual(await harness.snapshotter.changes(id), [
      { kind: 'modified', path: '/var' },
      { kind: 'modified', path: '/var/empty' },
      { kind: 'modified', path: '/var/lib' },
      { kind: 'deleted', path: '/var/lib/a' },
      { kind: 'modified', path: '/var/lib/b' },
      { kind: 'added', path: '/var/lib/c' },
    ]);
    renameSync(join(path, 'var/lib/c'), join(path, 'moved'));
    const moved = (await harness.snapshotter.changes(id)).map((change) => change.path);
    assert.ok(moved.includes('/moved') && !moved.includes('/var/lib/c'));
  });

  it('removes containers with open files, repeatedly', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container(await harness.layers(image));
    const fd = openSync(join(path, 'bin/sh'), 'r+');
    try {
      await harness.snapshotter.unmount(id);
      await harness.snapshotter.removeContainer(id);
      await harness.snapshotter.removeContainer(id);
    } finally {
      closeSync(fd);
    }
    assert.deepEqual(await harness.snapshotter.listContainers(), []);
    await assert.rejects(harness.snapshotter.mount(id), (error) =>
      isEngineError(error, 'snapshots.container-missing'),
    );
    await harness.snapshotter.createContainer(id, []);
    await harness.reopen();
    assert.deepEqual(readdirSync(join(harness.folder, 'trash')), []);
  });

  it('refuses a second snapshot of a container, unknown options and bad IDs', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { snapshotter } = harness;
    await snapshotter.createContainer('c', []);
    await assert.rejects(snapshotter.createContainer('c', []), (error) =>
      isEngineError(error, 'snapshots.container-exists'),
    );
    await assert.rejects(
      snapshotter.createContainer('d', [], { storageOptions: { colour: 'red' } }),
      (error) => isEngineError(error, 'snapshots.option-unsupported'),
    );
    for (const id of ['../x', 'a/b', '', '.'])
      await assert.rejects(snapshotter.createContainer(id, []));
    for (const id of ['drafts', 'trash', 'init']) {
      await assert.rejects(snapshotter.createContainer(id, []));
      await snapshotter.removeContainer(id);
    }
    assert.deepEqual(await snapshotter.listContainers(), ['c']);
  });

  it('removes trees that are deeper than paths can be long', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const { id, path } = await harness.container([]);
    growDeep(path, 400);
    const usage = await harness.snapshotter.containerUsage(id);
    assert.ok(usage.inodes >= 400, `${usage.inodes} inodes`);
    await harness.snapshotter.removeContainer(id);
    await harness.reopen();
    assert.deepEqual(readdirSync(join(harness.folder, 'trash')), []);
  });
}

/** Nested directories with long names, made from the inside out as a container could. */
function growDeep(root: string, depth: number): void {
  const name = 'n'.repeat(200);
  mkdirSync(join(root, 'deep'));
  for (let index = 1; index < depth; index++) {
    mkdirSync(join(root, 'outer'));
    renameSync(join(root, 'deep'), join(root, 'outer', name));
    renameSync(join(root, 'outer'), join(root, 'deep'));
  }
}
