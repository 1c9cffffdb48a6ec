import {
  closeSync,
  constants,
  type Dir,
  lstatSync,
  opendirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { errnoOf } from '@berth/errors';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Deeper directories are moved up before they are emptied: every level holds two descriptors. */
const depthLimit = 200;
const hoistedPrefix = '.berth-hoisted-';

interface Level {
  /** Path of the directory through its parent's descriptor. */
  readonly path: ByteString;
  readonly fd: number;
  readonly prefix: ByteString;
  readonly listing: Dir;
}

/**
 * Removes a file or a whole tree; nothing there is no error. Works on trees of any depth, never follows
 * a symbolic link, and yields now and then so that the caller can let other work in.
 */
export function* removeTree(path: ByteString): Generator<void, void> {
  const stat = lstatSync(toPath(path), { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    unlinkSync(toPath(path));
    return;
  }
  const levels = [openLevel(path)];
  try {
    yield* emptyAll(levels);
  } finally {
    for (const level of levels) closeLevel(level);
  }
}

/** removeTree in one go. */
export function removeTreeNow(path: ByteString): void {
  for (const _ of removeTree(path));
}

function* emptyAll(levels: Level[]): Generator<void, void> {
  let hoisted = 0;
  for (let count = 0; levels.length > 0; count++) {
    if (count % 256 === 255) yield;
    const level = levels[levels.length - 1]!;
    const child = level.listing.readSync();
    if (child === null) {
      levels.pop();
      closeLevel(level);
      if (!removedEmpty(level.path)) levels.push(openLevel(level.path));
      continue;
    }
    const childPath = level.prefix + child.name;
    if (!child.isDirectory()) unlinkSync(toPath(childPath));
    else if (levels.length < depthLimit) levels.push(openLevel(childPath));
    else renameSync(toPath(childPath), toPath(`${levels[0]!.prefix}${hoistedPrefix}${hoisted++}`));
  }
}

/** False when the directory is not empty after all: names moved up, or a listing that missed some. */
function removedEmpty(path: ByteString): boolean {
  try {
    rmdirSync(toPath(path));
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOTEMPTY' || errno === 'EEXIST') return false;
    throw error;
  }
}

function openLevel(path: ByteString): Level {
  const fd = openSync(toPath(path), directoryFlags);
  const prefix = `/proc/self/fd/${fd}/`;
  try {
    return {
      path,
      fd,
      prefix,
      listing: opendirSync(prefix, { encoding: 'latin1' as 'utf8', bufferSize: 256 }),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function closeLevel(level: Level): void {
  level.listing.closeSync();
  closeSync(level.fd);
}
