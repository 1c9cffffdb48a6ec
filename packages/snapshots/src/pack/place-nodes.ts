import { closeSync } from 'node:fs';
import { posix } from 'node:path';
import type { Files } from '@berth/kernel';
import { fromText, toText } from '@berth/tar/byte-string.ts';
import { isKernelFile, openPlace } from '../tree/look-up.ts';
import { statOf, type TreeNode, walkTree } from '../tree/tree-walker.ts';
import { jobError } from '../worker/job-error.ts';

/**
 * The file at `path`, resolved with `root` as `/`, and what lies below it. Its parent stays open meanwhile, so
 * that whoever renames directories on the way changes nothing.
 */
export function* nodesAtPlace(files: Files, root: string, path: string): Generator<TreeNode, void> {
  const name = posix.basename(path);
  // `/`, `x/.` and `x/` mean the directory that a link leads to.
  const inside = path.endsWith('/') || ['', '.', '..'].includes(name);
  const parent = openDirectory(files, root, inside ? path : posix.dirname(path));
  if (parent === undefined) throw missing(path);
  try {
    const access = `/proc/self/fd/${parent}/${inside ? '.' : fromText(name)}`;
    const stat = statOf(access);
    if (stat === undefined) throw missing(path);
    if (stat.isDirectory()) yield* walkTree(access, leavesKernelOut(files));
    else yield { path: '', name: fromText(name), access, stat };
  } finally {
    closeSync(parent);
  }
}

/** The dot makes sure that a link to a directory is followed. */
function openDirectory(files: Files, root: string, path: string): number | undefined {
  return openPlace(files, root, `${path}/.`);
}

function leavesKernelOut(files: Files): (node: TreeNode) => boolean {
  const known = new Map<bigint, boolean>();
  return ({ access, stat }) => {
    const before = known.get(stat.dev);
    if (before !== undefined) return before;
    const found = isKernelFile(files, toText(access));
    known.set(stat.dev, found);
    return found;
  };
}

function missing(path: string) {
  return jobError('snapshots.place-missing', { path });
}
