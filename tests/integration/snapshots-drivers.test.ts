import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLinuxKernel } from '@berth/kernel';
import { openSnapshotter } from '@berth/snapshots';
import { snapshotterConformance } from '@berth/snapshots/testsuite/snapshotter-conformance.ts';
import { eventually } from '@berth/testing';
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

/** Numbers of the subvolumes, and of the quota groups that are theirs. */
function quotaGroups(path: string): { subvolumes: string[]; groups: string[] } {
  const run = (...args: string[]) => execFileSync('btrfs', args, { encoding: 'utf8' });
  const numbers = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? '').sort();
  // Wakes the kernel's cleaner, which else looks every half minute.
  run('filesystem', 'sync', path);
  run('subvolume', 'sync', path);
  return {
    subvolumes: numbers(run('subvolume', 'list', path), /^ID (\d+) /gm),
    groups: numbers(run('qgroup', 'show', path), /^0\/(\d+) /gm).filter((id) => id !== '5'),
  };
}

test('btrfs: a size limits one container, also after its quotas were off, and leaves no group', async () => {
  const root = join(btrfs.path, 'sizes');
  const open = () =>
    openSnapshotter({ name: 'btrfs', root, kernel, storageOptions: ['btrfs.min_space=8M'] });
  const sized = (size: string) => ({ storageOptions: { size } });
  const fill = (path: string, mebibytes: number) =>
    writeFileSync(join(path, 'big'), Buffer.alloc(mebibytes << 20, 'x'), { flush: true });
  // EDQUOT, for which libuv has no name.
  const overflows = (path: string) => assert.throws(() => fill(path, 24), { errno: -122 });
  {
    await using snapshotter = await open();
    const small = snapshotter.createContainer('small', [], sized('7M'));
    await assert.rejects(small, { message: 'btrfs: storage size cannot be less than 8.389MB' });
    assert.deepEqual(await snapshotter.listContainers(), []);
    await snapshotter.createContainer('limited', [], sized('16M'));
    await snapshotter.createContainer('free', []);
    execFileSync('btrfs', ['quota', 'rescan', '-w', btrfs.path], { stdio: 'ignore' });
    const path = await snapshotter.mount('limited');
    kernel.files.createSubvolume(join(path, 'nested'));
    overflows(path);
    fill(await snapshotter.mount('free'), 24);
  }
  execFileSync('btrfs', ['quota', 'disable', btrfs.path]);
  {
    await using snapshotter = await open();
    const path = await snapshotter.mount('limited');
    execFileSync('btrfs', ['quota', 'rescan', '-w', btrfs.path], { stdio: 'ignore' });
    overflows(path);
    for (const id of ['limited', 'free']) await snapshotter.removeContainer(id);
  }
  await eventually(() => {
    const { subvolumes, groups } = quotaGroups(btrfs.path);
    assert.deepEqual(groups, subvolumes);
  });
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
