import type { ByteString } from '@berth/tar/byte-string.ts';
import { toText } from '@berth/tar/byte-string.ts';
import { walkTree } from './tree-walker.ts';

/** Space that the files at and below a path take on disk. */
export interface AccountEntry {
  /** Below the start; empty for the start itself. */
  readonly path: string;
  /** Allocated bytes, as du(1) counts them: those of directories, and of a file with several names once. */
  readonly bytes: number;
  readonly inodes: number;
}

export interface AccountRequest {
  readonly directory: ByteString;
  /** Paths below the start that are other file systems: neither entered nor counted. */
  readonly mountPoints: ReadonlySet<ByteString>;
  /** How many names of a path make an entry, by its first name; 1 for others. */
  readonly depths: ReadonlyMap<ByteString, number>;
}

/** Accounts for every byte below a directory in one walk. */
export function* accountTree(request: AccountRequest): Generator<void, AccountEntry[]> {
  const { directory, mountPoints, depths } = request;
  const seen = new Set<string>();
  const sums = new Map<ByteString, { bytes: number; inodes: number }>();
  let count = 0;
  for (const { path, stat } of walkTree(directory, (node) => mountPoints.has(node.path))) {
    if (++count % 64 === 0) yield;
    if (mountPoints.has(path)) continue;
    if (stat.nlink > 1n && !stat.isDirectory()) {
      const key = `${stat.dev}:${stat.ino}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const entry = entryOf(path, depths);
    const sum = sums.get(entry) ?? { bytes: 0, inodes: 0 };
    sum.bytes += Number(stat.blocks) * 512;
    sum.inodes++;
    sums.set(entry, sum);
  }
  return [...sums].map(([path, sum]) => ({ path: toText(path), ...sum }));
}

function entryOf(path: ByteString, depths: ReadonlyMap<ByteString, number>): ByteString {
  let end = path.indexOf('/');
  if (end < 0) return path;
  for (let left = (depths.get(path.slice(0, end)) ?? 1) - 1; left > 0; left--) {
    end = path.indexOf('/', end + 1);
    if (end < 0) return path;
  }
  return path.slice(0, end);
}
