import { mkdirSync } from 'node:fs';
import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { OwnerMapping } from '../store/mapped-folder.ts';
import { WholeTreeSnapshotter } from '../store/whole-tree-snapshotter.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';

/** Copies of whole trees. Works on every file system; extents are shared where it can clone files. */
export class VfsSnapshotter extends WholeTreeSnapshotter {
  /** `root` is the driver's own folder. Takes the pool over. */
  constructor(kernel: Kernel, root: string, pool: WorkerPool, owners?: OwnerMapping) {
    super({
      ...{ name: 'vfs', kernel, root, pool, status: [], subvolumes: false, owners },
      sizeOf: refuseOptions,
      makeTree: async (to, from) => {
        mkdirSync(to, 0o755);
        if (from !== undefined) await pool.run<'copy'>({ kind: 'copy', from, to });
      },
    });
  }
}

/** Docker's texts where its file system has no project quotas. */
function refuseOptions(options: Readonly<Record<string, string>>): undefined {
  const [option] = Object.keys(options);
  if (option === undefined) return;
  const reason =
    option === 'size'
      ? 'Filesystem does not support, or has not enabled quotas'
      : `Storage opt ${option} not supported`;
  throw engineError('snapshots.option-unsupported', { reason });
}
