import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import { openForWriting, writeBlockGzip } from './block-gzip.ts';
import { nameOfLogFile, rotatedNumber } from './log-files.ts';

/** How often, and after how many milliseconds, a folder is tried again whose log is being rotated. */
const lockAttempts = 50;
const lockPause = 20;

/** Exists while a file is being compressed, and after a kill in the middle of that. */
export function compressionFile(path: string): string {
  return `${path}.compressing`;
}

/**
 * Compresses the rotated files of a log, the oldest first, until none is left: `path.N` becomes `path.N.gz` in one step
 * as far as readers and rotation are concerned. Rotation goes on meanwhile, and may overtake: what it has removed is
 * given up. Takes at most half of one processor's time. An abort leaves nothing behind but the files as they were.
 */
export async function compressRotatedLogs(
  path: string,
  files: Pick<Files, 'tryLock'>,
  signal: AbortSignal,
): Promise<void> {
  await rm(compressionFile(path), { force: true });
  for (;;) {
    const number = await oldestPlain(path);
    if (number === undefined) return;
    try {
      if (!(await compressOne(path, number, files, signal))) return;
    } finally {
      await rm(compressionFile(path), { force: true });
    }
  }
}

/** The highest number of a rotated file that is not compressed. */
async function oldestPlain(path: string): Promise<number | undefined> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const numbers = names
    .filter((name) => name.startsWith(prefix) && rotatedNumber.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** False when the file could not be replaced for a while. */
async function compressOne(
  path: string,
  number: number,
  files: Pick<Files, 'tryLock'>,
  signal: AbortSignal,
): Promise<boolean> {
  let from: FileHandle;
  try {
    from = await open(nameOfLogFile(path, number), 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
  await using _from = from;
  let origin: Awaited<ReturnType<typeof writeBlockGzip>>;
  {
    await using to = await openForWriting(compressionFile(path));
    origin = await writeBlockGzip(from, to, pauses(signal));
    const modified = Number(origin.modifiedNs / 1_000_000n) / 1000;
    await to.utimes(modified, modified);
    await to.datasync();
  }
  return await replace(path, origin.inode, files);
}

/** As long as the work since the last pause took. */
function pauses(signal: AbortSignal): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    await delay(Math.ceil(performance.now() - begun), undefined, { signal, ref: false });
    begun = performance.now();
  };
}

/**
 * Under the lock that keeps rotation away for two renames. Being killed between them leaves both forms under one
 * number: the plain one counts, and is compressed again.
 */
async function replace(
  path: string,
  inode: bigint,
  files: Pick<Files, 'tryLock'>,
): Promise<boolean> {
  await using folder = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  for (let attempt = 1; !files.tryLock(folder.fd); attempt++) {
    if (attempt === lockAttempts) return false;
    await delay(lockPause, undefined, { ref: false });
  }
  const name = await nameOfInode(path, inode);
  if (name === undefined) return true;
  await rename(compressionFile(path), `${name}.gz`);
  await rename(name, compressionFile(path));
  return true;
}

/** The rotated file with this inode; undefined when rotation has removed it. */
async function nameOfInode(path: string, inode: bigint): Promise<string | undefined> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !rotatedNumber.test(name.slice(prefix.length))) continue;
    const file = join(dirname(path), name);
    const found = await stat(file, { bigint: true }).catch(() => undefined);
    if (found?.ino === inode) return file;
  }
  return undefined;
}
