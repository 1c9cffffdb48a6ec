import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { OwnerMapping } from '../store/mapped-folder.ts';
import { WholeTreeSnapshotter } from '../store/whole-tree-snapshotter.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';
import { type BtrfsOptions, btrfsSize } from './btrfs-options.ts';

/**
 * Snapshots of subvolumes: a layer begins as a snapshot of the one below, a container as one of its image's
 * topmost layer. Making and removing one takes the same time whatever it holds.
 */
export class BtrfsSnapshotter extends WholeTreeSnapshotter {
  /** `root` is the driver's own folder. Takes the pool over. Fails with snapshots.driver-unavailable. */
  constructor(
    kernel: Kernel,
    root: string,
    pool: WorkerPool,
    options: BtrfsOptions = { minimumSize: 0 },
    owners?: OwnerMapping,
  ) {
    probeBtrfs(kernel, root);
    super({
      ...{ name: 'btrfs', kernel, root, pool, status: [['Btrfs', '']], subvolumes: true, owners },
      sizeOf: (asked) => btrfsSize(asked, options),
      makeTree: async (to, from) => {
        await pool.run<'subvolume'>({ kind: 'subvolume', to, from });
      },
      limitTree: async (directory, bytes) => {
        await pool.run<'limit'>({ kind: 'limit', directory, bytes });
      },
    });
  }
}

/** Makes and removes a subvolume, which also shows that this process may. */
function probeBtrfs({ files }: Kernel, root: string): void {
  try {
    const { type } = files.statFileSystem(dirname(root));
    if (type !== 'btrfs') throw new Error(`the file system is ${type}`);
    mkdirSync(root, { recursive: true, mode: 0o710 });
    const path = join(root, `probe-${process.pid}`);
    files.createSubvolume(path);
    files.removeSubvolume(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const details = { driver: 'btrfs', root, reason };
    throw engineError('snapshots.driver-unavailable', details, { cause: error });
  }
}
