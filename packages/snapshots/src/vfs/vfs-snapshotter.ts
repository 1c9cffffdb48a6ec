import { mkdirSync } from 'node:fs';
import type { Kernel } from '@berth/kernel';
import { WholeTreeSnapshotter } from '../store/whole-tree-snapshotter.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';

/** Copies of whole trees. Works on every file system; extents are shared where it can clone files. */
export class VfsSnapshotter extends WholeTreeSnapshotter {
  /** `root` is the driver's own folder. Takes the pool over. */
  constructor(kernel: Kernel, root: string, pool: WorkerPool) {
    super({
      ...{ name: 'vfs', kernel, root, pool, status: [], subvolumes: false },
      withoutOptions: 'it keeps whole copies without quotas',
      makeTree: async (to, from) => {
        mkdirSync(to, 0o755);
        if (from !== undefined) await pool.run<'copy'>({ kind: 'copy', from, to });
      },
    });
  }
}
