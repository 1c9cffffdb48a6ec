import { removeSmallTree } from '../tree/remove-small-tree.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';

/**
 * Removes whole trees that nobody uses any more: the small ones at once, the others in a worker thread. `subvolume` is
 * the name of the btrfs subvolume in each of them. Nothing there is no error.
 */
export async function removeTrees(
  pool: Pick<WorkerPool, 'run'>,
  paths: readonly string[],
  subvolume?: string,
): Promise<void> {
  const large: string[] = [];
  for (const path of paths) {
    if (subvolume !== undefined || !(await removeSmallTree(path))) large.push(path);
  }
  if (large.length > 0) await pool.run<'remove'>({ kind: 'remove', paths: large, subvolume });
}
