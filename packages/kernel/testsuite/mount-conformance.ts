import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { KernelHarness, MakeHarness } from './harness.ts';

function folder({ directory }: KernelHarness, name: string): string {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  return path;
}

export function mountConformance(makeHarness: MakeHarness): void {
  describe('mounts', () => {
    it('lists what is mounted at and under a folder, and forgets it after unmount', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const target = folder(harness, 'target');
      mounts.mount({ source: 'tmpfs', target, fsType: 'tmpfs', flags: ['nosuid', 'nodev'] });
      const [entry] = mounts.list(harness.directory);
      assert.equal(entry?.mountPoint, target);
      assert.equal(entry.fsType, 'tmpfs');
      assert.match(entry.options, /nosuid,nodev/);
      mounts.unmount(target);
      assert.deepEqual(mounts.list(harness.directory), []);
    });

    it('does not take a folder with the same beginning for one below', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const target = folder(harness, 'abc');
      mounts.mount({ source: 'tmpfs', target, fsType: 'tmpfs' });
      assert.equal(mounts.list(join(harness.directory, 'ab')).length, 0);
      assert.equal(mounts.list(`${target}/`).length, 1);
      mounts.unmount(target);
    });

    it('unmounts what is not mounted without complaint', async () => {
      await using harness = makeHarness();
      harness.kernel.mounts.unmount(folder(harness, 'plain'));
      harness.kernel.mounts.unmount(join(harness.directory, 'missing'));
    });

    it('refuses to unmount below which something is mounted, unless detached', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const outer = folder(harness, 'outer');
      mounts.mount({ source: 'tmpfs', target: outer, fsType: 'tmpfs' });
      const inner = folder(harness, 'outer/inner');
      mounts.mount({ source: 'tmpfs', target: inner, fsType: 'tmpfs' });
      assert.throws(() => mounts.unmount(outer), { code: 'EBUSY', syscall: 'umount2' });
      mounts.unmount(outer, { detach: true });
      assert.deepEqual(mounts.list(harness.directory), []);
    });

    it('mounts an overlay and shows its folders', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const lower = ['top', 'middle', 'bottom'].map((name) => folder(harness, name));
      const upper = folder(harness, 'upper');
      const target = folder(harness, 'merged');
      mounts.mountOverlay({ lower, upper, work: folder(harness, 'work'), target });
      const [entry] = mounts.list(target);
      assert.equal(entry?.fsType, 'overlay');
      assert.ok(entry.superOptions.includes(`lowerdir=${lower.join(':')}`));
      assert.ok(entry.superOptions.includes(`upperdir=${upper}`));
      mounts.unmount(target);
    });

    it('mounts and unmounts off the main thread alike', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const lower = [folder(harness, 'lower')];
      const target = folder(harness, 'merged');
      await mounts.mountOverlayAsync({
        lower,
        upper: folder(harness, 'upper'),
        work: folder(harness, 'work'),
        target,
      });
      assert.equal(mounts.list(target)[0]?.fsType, 'overlay');
      await mounts.unmountAsync(target, { detach: true });
      await mounts.unmountAsync(target);
      await mounts.unmountAsync(join(harness.directory, 'nowhere'));
      assert.deepEqual(mounts.list(harness.directory), []);
      await assert.rejects(mounts.mountOverlayAsync({ lower: [], target }), { code: 'EINVAL' });
    });

    it('shows a tree with mapped owners, and leaves the disk as it is', async () => {
      await using harness = makeHarness();
      const { mounts } = harness.kernel;
      const source = folder(harness, 'tree');
      const target = folder(harness, 'mapped');
      const ids = [{ inside: 0, outside: 100_000, size: 65_536 }];
      mounts.mountMapped({ source, target, mappings: { uids: ids, gids: ids } });
      assert.equal(mounts.list(target).length, 1);
      mounts.unmount(target);
      assert.deepEqual(mounts.list(target), []);
      assert.throws(
        () => mounts.mountMapped({ source, target, mappings: { uids: [], gids: [] } }),
        { code: 'EINVAL' },
      );
      assert.deepEqual(mounts.list(target), []);
    });
  });
}
