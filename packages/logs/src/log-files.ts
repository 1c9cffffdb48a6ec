import { type FileHandle, open, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errnoOf } from '@berth/errors';

const rotatedNumber = /^[1-9]\d{0,5}$/;

/** An open file of a log. The inode stays the same when rotation renames the file. */
export interface LogFile {
  readonly handle: FileHandle;
  readonly inode: bigint;
  /** At the time of opening. */
  readonly size: number;
  readonly modifiedMs: number;
}

/** Undefined when there is no such file. */
export async function openLogFile(path: string): Promise<LogFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const { ino, size, mtimeMs } = await handle.stat({ bigint: true });
  return { handle, inode: ino, size: Number(size), modifiedMs: Number(mtimeMs) };
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
      const file = await openLogFile(nameOf(path, next));
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
    if ((await inodeOf(nameOf(path, between))) !== undefined) return false;
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
  const number = name.startsWith(`${current}.`) ? name.slice(current.length + 1) : '';
  if (rotatedNumber.test(number)) return deleted ? undefined : Number(number);
  if (name === current) return 0;
  /* Renamed by somebody else: what has its name now follows, unless the path is another name for it. */
  return (await inodeOf(path)) === file.inode ? 0 : 1;
}

/** Undefined when there is no file at all. */
export async function openOldestLogFile(path: string): Promise<LogFile | undefined> {
  for (;;) {
    const number = await highestNumber(path);
    const file = await openLogFile(nameOf(path, number));
    if (file === undefined && number === 0) return undefined;
    if (file === undefined) continue;
    const isOldest =
      (await inodeOf(nameOf(path, number + 1))) === undefined &&
      (await inodeOf(nameOf(path, number))) === file.inode;
    if (isOldest) return file;
    await file.handle.close();
  }
}

function nameOf(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}

/** The number of the oldest file, 0 when only the current one exists. */
async function highestNumber(path: string): Promise<number> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const numbers = names
    .filter((name) => name.startsWith(prefix) && rotatedNumber.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return Math.max(0, ...numbers);
}

async function inodeOf(path: string): Promise<bigint | undefined> {
  return stat(path, { bigint: true }).then(
    ({ ino }) => ino,
    () => undefined,
  );
}
