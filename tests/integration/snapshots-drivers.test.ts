import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLinuxKernel } from '@berth/kernel';
import { openSnapshotter } from '@berth/snapshots';
import { snapshotterConformance } from '@berth/snapshots/testsuite/snapshotter-conformance.ts';
import { LoopFileSystem } from './loop-file-system.ts';

const kernel = createLinuxKernel();
const btrfs = new LoopFileSystem('btrfs', 512);

before(() => {
  process.umask(0);
});
after(() => btrfs[Symbol.dispose]());

for (const driver of ['overlay2', 'vfs'] as const) {
  snapshotterConformance({ driver, kernel, base: tmpdir() });
}
snapshotterConformance({ driver: 'btrfs', kernel, base: btrfs.path });

test('btrfs: containers share their layers, and what they leave goes, nested subvolumes too', async () => {
  const root = join(btrfs.path, 'shared');
  const open = () => openSnapshotter({ name: 'btrfs', root, kernel });
  {
    await using snapshotter = await open();
    assert.deepEqual(snapshotter.status(), [['Btrfs', '']]);
    const chain = `sha256:${'a'.repeat(64)}` as const;
    await using draft = await snapshotter.createLayer(undefined);
    writeFileSync(join(draft.directory, 'big'), Buffer.alloc(32 << 20, 'x'));
    await draft.commit(chain, { bytes: 32 << 20, inodes: 1 });
    await snapshotter.createContainer('c', [chain]);
    const path = await snapshotter.mount('c');
    // The root of a subvolume has the inode number 256 (btrfs(5)).
    assert.equal(statSync(path).ino, 256);
    kernel.files.createSubvolume(join(path, 'nested'));
    mkdirSync(join(path, 'nested/folder'));
    const before = kernel.files.statFileSystem(root).freeBytes;
    for (let n = 0; n < 8; n++) await snapshotter.createContainer(`c${n}`, [chain]);
    await kernel.files.syncFileSystem(root);
    assert.ok(before - kernel.files.statFileSystem(root).freeBytes < 32 << 20);
    for (const id of await snapshotter.listContainers()) await snapshotter.removeContainer(id);
    await snapshotter.removeLayer(chain);
  }
  assert.deepEqual(readdirSync(join(root, 'btrfs/trash')), []);
  await using again = await open();
  assert.deepEqual(await again.listLayers(), []);
});

test('btrfs is refused elsewhere with the name of the file system', async () => {
  using ext4 = new LoopFileSystem('ext4', 32);
  const opened = openSnapshotter({ name: 'btrfs', root: join(ext4.path, 'root'), kernel });
  await assert.rejects(opened, {
    code: 'snapshots.driver-unavailable',
    message: /btrfs does not work in .*: the file system is ext/,
  });
  assert.deepEqual(readdirSync(join(ext4.path, 'root')), []);
});
