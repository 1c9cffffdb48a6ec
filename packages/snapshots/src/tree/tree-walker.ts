import { type BigIntStats, closeSync, constants, lstatSync, openSync, readdirSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import { type ByteString, toPath, toText } from '@berth/tar/byte-string.ts';
import { childPath } from '../unpack/entry-path.ts';
import { jobError } from '../worker/job-error.ts';

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Each level of a walk holds a descriptor; a container must not be able to use them all up. */
export const depthLimit = 1024;

/** A file met on a walk. */
export interface TreeNode {
  /** Below the start, without leading slash; empty for the start itself. */
  readonly path: ByteString;
  readonly name: ByteString;
  /** Reaches the file through its parent's descriptor; valid until the walk goes on. */
  readonly access: ByteString;
  readonly stat: BigIntStats;
}

/** A directory held open, with what lies in it. */
export interface OpenLevel {
  readonly path: ByteString;
  readonly fd: number;
  readonly prefix: ByteString;
  readonly names: readonly ByteString[];
}

/**
 * All files below `root`, parents before children, names in byte order. No symbolic link is followed,
 * even when somebody swaps directories meanwhile; files that vanish are passed over. Directories for which
 * `leaveOut` says so are met but not entered.
 */
export function* walkTree(
  root: ByteString,
  leaveOut: (node: TreeNode) => boolean = () => false,
): Generator<TreeNode, void> {
  const levels: { level: OpenLevel; next: number }[] = [];
  try {
    const level = openRoot(root);
    levels.push({ level, next: 0 });
    yield { path: '', name: '', access: `${level.prefix}.`, stat: statOf(`${level.prefix}.`)! };
    while (levels.length > 0) {
      const top = levels[levels.length - 1]!;
      const name = top.level.names[top.next++];
      if (name === undefined) {
        closeSync(levels.pop()!.level.fd);
        continue;
      }
      const path = childPath(top.level.path, name);
      const access = top.level.prefix + name;
      const stat = statOf(access);
      if (stat === undefined) continue;
      const node = { path, name, access, stat };
      yield node;
      if (!stat.isDirectory() || leaveOut(node)) continue;
      if (levels.length >= depthLimit) throw tooDeep(path);
      const child = openLevel(access, path);
      if (child !== undefined) levels.push({ level: child, next: 0 });
    }
  } finally {
    for (const { level } of levels) closeSync(level.fd);
  }
}

/** Opens the directory where a walk starts; fails when it is not there. */
export function openRoot(root: ByteString): OpenLevel {
  return levelOf(openSync(toPath(root), directoryFlags), '');
}

/** Opens a directory; undefined when it is gone or no directory any more. */
export function openLevel(access: ByteString, path: ByteString): OpenLevel | undefined {
  try {
    return levelOf(openSync(toPath(access), directoryFlags), path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function levelOf(fd: number, path: ByteString): OpenLevel {
  try {
    const prefix = `/proc/self/fd/${fd}/`;
    return { path, fd, prefix, names: readdirSync(prefix, { encoding: 'latin1' }).sort() };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

export function statOf(access: ByteString): BigIntStats | undefined {
  try {
    return lstatSync(toPath(access), { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function tooDeep(path: ByteString) {
  const shown = toText(path.slice(0, 200));
  return jobError('snapshots.tree-too-deep', { limit: depthLimit, path: `${shown}…` });
}

/** Overlay's mark of a deleted file. */
export function isWhiteoutStat(stat: BigIntStats): boolean {
  return stat.isCharacterDevice() && stat.rdev === 0n;
}
