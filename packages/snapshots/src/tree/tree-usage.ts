import type { ByteString } from '@berth/tar/byte-string.ts';
import type { Usage } from '../snapshotter.ts';
import { walkTree } from './tree-walker.ts';

/** Sizes of the files below `root` as their owners see them, hard links counted once, and their number. */
export function* treeUsage(root: ByteString): Generator<void, Usage> {
  const seen = new Set<string>();
  let bytes = 0;
  let inodes = 0;
  for (const { path, stat } of walkTree(root)) {
    if (path === '') continue;
    if (stat.nlink > 1n && !stat.isDirectory()) {
      const key = `${stat.dev}:${stat.ino}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    inodes++;
    if (!stat.isDirectory()) bytes += Number(stat.size);
    if (inodes % 64 === 0) yield;
  }
  return { bytes, inodes };
}
