import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createLinuxKernel, type Kernel, KernelError } from '@berth/kernel';
import { sha256Of } from '@berth/oci';
import { openSnapshotter } from '@berth/snapshots';

const kernel = createLinuxKernel();
const usage = { bytes: 1, inodes: 1 };
let root: string;

before(() => {
  process.umask(0);
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-open-'));
});
afterEach(() => {
  assert.deepEqual(kernel.mounts.list(root), []);
  rmSync(root, { recursive: true, force: true });
});

/** The kernel with some of its parts replaced. */
function kernelWith(parts: Partial<Kernel>): Kernel {
  return { ...kernel, cgroups: undefined as never, ...parts };
}

const withoutOverlay = kernelWith({
  mounts: {
    mount: (options) => kernel.mounts.mount(options),
    mountAsync: (options) => kernel.mounts.mountAsync(options),
    mountMapped: (options) => kernel.mounts.mountMapped(options),
    unmount: (target, options) => kernel.mounts.unmount(target, options),
    unmountAsync: (target, options) => kernel.mounts.unmountAsync(target, options),
    list: (prefix) => kernel.mounts.list(prefix),
    mountOverlay: ({ target }) => {
      throw new KernelError('mount', 'ENODEV', target);
    },
    mountOverlayAsync: async ({ target }) => {
      throw new KernelError('mount', 'ENODEV', target);
    },
  },
});

async function commitLayer(name: string | undefined, text: string, using_ = kernel): Promise<void> {
  await using snapshotter = await openSnapshotter({ ...(name && { name }), root, kernel: using_ });
  await using draft = await snapshotter.createLayer(undefined);
  writeFileSync(join(draft.directory, 'file'), text);
  await draft.commit(sha256Of(text), usage);
}

describe('opening a data root', () => {
  it('takes overlay2 where it works and says what it found', async () => {
    await using snapshotter = await openSnapshotter({ root, kernel });
    assert.equal(snapshotter.name, 'overlay2');
    const status = new Map(snapshotter.status());
    assert.deepEqual(
      [...status.keys()],
      [
        'Backing Filesystem',
        'Supports d_type',
        'Using metacopy',
        'Native Overlay Diff',
        'userxattr',
      ],
    );
    assert.equal(status.get('Supports d_type'), 'true');
    assert.deepEqual(readdirSync(join(root, 'overlay2')).sort(), [
      ...['drafts', 'features.json', 'init', 'trash'],
    ]);
  });

  it('takes vfs where overlay2 does not work, unless overlay2 is asked for', async () => {
    await assert.rejects(
      openSnapshotter({ name: 'overlay2', root, kernel: withoutOverlay }),
      (error: unknown) => {
        assert.ok(isEngineError(error, 'snapshots.driver-unavailable'));
        assert.match(error.message, /overlay2.*ENODEV/);
        return true;
      },
    );
    await using snapshotter = await openSnapshotter({ root, kernel: withoutOverlay });
    assert.equal(snapshotter.name, 'vfs');
  });

  it('stays with the driver whose data is there', async () => {
    await commitLayer('vfs', 'x');
    await using snapshotter = await openSnapshotter({ root, kernel });
    assert.equal(snapshotter.name, 'vfs');
    await assert.rejects(openSnapshotter({ name: 'overlay2', root, kernel }), (error: unknown) => {
      assert.ok(isEngineError(error, 'snapshots.other-driver-data'));
      assert.match(error.message, /data of the storage driver vfs, but overlay2/);
      return true;
    });
  });

  it('does not fall back to vfs over the data of overlay2', async () => {
    await commitLayer('overlay2', 'x');
    // What overlayfs can do is remembered for the boot.
    const host = Object.create(kernel.host, { bootId: { value: 'the next one' } });
    await assert.rejects(
      openSnapshotter({ root, kernel: { ...withoutOverlay, host } }),
      (error: unknown) => isEngineError(error, 'snapshots.driver-unavailable'),
    );
  });

  it('refuses to guess between the data of several drivers', async () => {
    await commitLayer('vfs', 'x');
    mkdirSync(join(root, 'overlay2', sha256Of('x').slice(7)), { recursive: true });
    await assert.rejects(openSnapshotter({ root, kernel }), (error: unknown) => {
      assert.ok(isEngineError(error, 'snapshots.several-drivers'));
      assert.match(error.message, /contains several valid graphdrivers: overlay2, vfs; cleanup or/);
      return true;
    });
    await using chosen = await openSnapshotter({ name: 'vfs', root, kernel });
    assert.equal((await chosen.listLayers()).length, 1);
  });

  it('refuses drivers that it does not know', async () => {
    await assert.rejects(openSnapshotter({ name: 'aufs', root, kernel }), (error: unknown) => {
      assert.ok(isEngineError(error, 'snapshots.driver-unknown'));
      assert.match(error.message, /"aufs" is not known: overlay2, btrfs, vfs/);
      return true;
    });
  });

  it('refuses options that the driver does not know, and leaves nothing', async () => {
    const storageOptions = ['overlay2.colour=red'];
    await assert.rejects(openSnapshotter({ root, kernel, storageOptions }), {
      code: 'snapshots.invalid-option',
      message: 'overlay2: unknown option overlay2.colour',
    });
    assert.deepEqual(readdirSync(root), []);
  });

  it('keeps strangers out of its folders', async () => {
    await using snapshotter = await openSnapshotter({ root, kernel });
    assert.equal(statSync(join(root, snapshotter.name)).mode & 0o777, 0o710);
  });
});

describe('power failures', () => {
  /** The kernel after another boot, or one whose disk cannot be synced. */
  const rebooted = kernelWith({ host: Object.create(kernel.host, { bootId: { value: 'next' } }) });
  const unsyncable = kernelWith({
    files: Object.create(kernel.files, {
      syncFileSystem: { value: () => Promise.reject(new KernelError('syncfs', 'EIO')) },
    }),
  });

  it('drop layers that may not have reached the disk, and only those', async () => {
    await commitLayer(undefined, 'synced');
    await assert.rejects(async () => commitLayer(undefined, 'lost', unsyncable), /EIO/);
    {
      await using sameBoot = await openSnapshotter({ root, kernel });
      assert.equal(await sameBoot.hasLayer(sha256Of('lost')), true);
    }
    await assert.rejects(async () => commitLayer(undefined, 'lost 2', unsyncable), /EIO/);
    await using next = await openSnapshotter({ root, kernel: rebooted });
    assert.equal(await next.hasLayer(sha256Of('synced')), true);
    assert.equal(await next.hasLayer(sha256Of('lost')), true, 'synced by the second daemon');
    assert.equal(await next.hasLayer(sha256Of('lost 2')), false);
  });

  it('sync in the background and then forget the boot', async () => {
    await commitLayer(undefined, 'x');
    const folder = join(root, 'overlay2', sha256Of('x').slice(7));
    assert.ok(!existsSync(join(folder, 'unsynced')));
    assert.equal(readFileSync(join(folder, 'diff/file'), 'utf8'), 'x');
  });
});
