import { type FileHandle, open, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errnoOf } from '@berth/errors';
import { BlockReader, type FileIdentity, readBlockIndex } from './block-gzip.ts';

/** What stands behind the name of a log when it was rotated. */
export const rotatedNumber = /^[1-9]\d{0,5}$/;
/** … and perhaps compressed. */
const rotatedName = /^([1-9]\d{0,5})(\.gz)?$/;

/** An open file of a log. The inode stays the same when rotation renames the file. */
export interface LogFile {
  readonly handle: FileHandle;
  readonly inode: bigint;
  /** Of the content, at the time of opening. */
  readonly size: number;
  /** Reads the content of a compressed file. */
  readonly blocks?: BlockReader;
}

/** Opens `path` or, where that is not there, `path.gz`. Undefined when there is neither. */
export async function openLogFile(path: string): Promise<LogFile | undefined> {
  return (await openPlain(path)) ?? (await openCompressed(`${path}.gz`));
}

/** Of what the file was before it was compressed, in the state of now. */
export async function identityOf({ handle, blocks }: LogFile): Promise<FileIdentity> {
  if (blocks !== undefined) return blocks.index.origin;
  const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
  return { inode: ino, size: Number(size), modifiedNs: mtimeNs };
}

async function openPlain(path: string): Promise<LogFile | undefined> {
  const handle = await openIfThere(path);
  if (handle === undefined) return undefined;
  const { ino, size } = await handle.stat({ bigint: true });
  return { handle, inode: ino, size: Number(size) };
}

async function openCompressed(path: string): Promise<LogFile | undefined> {
  const handle = await openIfThere(path);
  if (handle === undefined) return undefined;
  const { ino } = await handle.stat({ bigint: true });
  const index = await readBlockIndex(handle).catch(() => undefined);
  // Something else, or damaged: as if it were empty.
  const size = index?.origin.size ?? 0;
  const blocks = index === undefined ? {} : { blocks: new BlockReader(handle, index) };
  return { handle, inode: ino, size, ...blocks };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return await open(path, 'r').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/**
 * Opens `path.N` … `path.1`, `path`, oldest first. Files may be rotated meanwhile: each is found from the one
 * before it, so none is left out or taken twice.
 */
export async function openLogFiles(path: string): Promise<LogFile[]> {
  const files: LogFile[] = [];
  try {
    let file = await openOldestLogFile(path);
    while (file !== undefined) {
      files.push(file);
      file = await openNextLogFile(path, file);
    }
    return files;
  } catch (error) {
    for (const { handle } of files) await handle.close();
    throw error;
  }
}

/**
 * The file that follows the given one after a rotation, or undefined while it is still the current one (or
 * the new current one is not there yet). When rotation has already removed the given file, the oldest one
 * left is the answer.
 *
 * Rotation renames from the oldest file to the newest, one by one, and a listing of the folder may miss a
 * file that is being renamed. So the kernel is asked for the open file's present name, and a choice counts
 * only if afterwards that name is the same and the places between are still empty.
 */
export async function openNextLogFile(path: string, from: LogFile): Promise<LogFile | undefined> {
  for (;;) {
    const place = await placeOf(path, from);
    if (place === 0) return undefined;
    if (place === undefined) return openOldestLogFile(path);
    for (let next = place - 1; next >= 0; next--) {
      const file = await openLogFile(nameOfLogFile(path, next));
      if (file === undefined && next === 0) return undefined;
      if (file === undefined) continue;
      if (await isNext(path, from, place, next)) return file;
      await file.handle.close();
      break;
    }
  }
}

async function isNext(path: string, from: LogFile, place: number, next: number): Promise<boolean> {
  for (let between = next + 1; between < place; between++)
    if ((await inodeOf(nameOfLogFile(path, between))) !== undefined) return false;
  return (await placeOf(path, from)) === place;
}

/**
 * The number in the open file's present name, 0 for the current log, undefined when rotation has removed it.
 * A current log that somebody deletes goes on being the current one: it is still written to.
 */
async function placeOf(path: string, file: LogFile): Promise<number | undefined> {
  const link = basename(await readlink(`/proc/self/fd/${file.handle.fd}`));
  const deleted = (await file.handle.stat()).nlink === 0;
  const name = deleted ? link.replace(/ \(deleted\)$/, '') : link;
  const current = basename(path);
  if (name === current) return 0;
  const ending = name.startsWith(`${current}.`) ? name.slice(current.length + 1) : '';
  const number = rotatedName.exec(ending)?.[1];
  if (number !== undefined && !deleted) return Number(number);
  if (number !== undefined || ending === 'compressing') return await compressedPlace(path, file);
  /* Renamed by somebody else: what has its name now follows, unless the path is another name for it. */
  return (await inodeOf(path)) === file.inode ? 0 : 1;
}

/**
 * The number of the compressed form of a file that we have open; undefined when there is none. A listing may miss a file
 * that is being renamed, so only what is seen twice is believed.
 */
async function compressedPlace(path: string, file: LogFile): Promise<number | undefined> {
  if (file.blocks !== undefined) return undefined;
  const { inode, size, modifiedNs } = await identityOf(file);
  for (let seen: string | undefined; ; ) {
    const listing: string[] = [];
    for (const name of (await rotatedNames(path)).sort()) {
      const number = Number.parseInt(name, 10);
      const compressed = await openCompressed(`${nameOfLogFile(path, number)}.gz`);
      if (compressed === undefined) continue;
      await compressed.handle.close();
      const origin = compressed.blocks?.index.origin;
      const isSame = origin?.inode === inode && origin.size === size;
      if (isSame && origin.modifiedNs === modifiedNs) return number;
      listing.push(`${number}:${compressed.inode}`);
    }
    if (listing.join() === seen) return undefined;
    seen = listing.join();
  }
}

/** Undefined when there is no file at all. */
export async function openOldestLogFile(path: string): Promise<LogFile | undefined> {
  for (;;) {
    const number = await highestNumber(path);
    const file = await openLogFile(nameOfLogFile(path, number));
    if (file === undefined && number === 0) return undefined;
    if (file === undefined) continue;
    const isOldest =
      (await inodeOf(nameOfLogFile(path, number + 1))) === undefined &&
      (await inodeOf(nameOfLogFile(path, number))) === file.inode;
    if (isOldest) return file;
    await file.handle.close();
  }
}

export function nameOfLogFile(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}

/** The number of the oldest file, 0 when only the current one exists. */
async function highestNumber(path: string): Promise<number> {
  const names = await rotatedNames(path);
  return Math.max(0, ...names.map((name) => Number.parseInt(name, 10)));
}

/** What stands behind the log's name in those of its rotated files: `1`, `2.gz` … */
async function rotatedNames(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((ending) => rotatedName.test(ending));
}

/** Of the plain file or, where that is not there, of the compressed one. */
async function inodeOf(path: string): Promise<bigint | undefined> {
  for (const name of [path, `${path}.gz`]) {
    const found = await stat(name, { bigint: true }).catch(() => undefined);
    if (found !== undefined) return found.ino;
  }
  return undefined;
}
