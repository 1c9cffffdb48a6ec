import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

/**
 * A little more than the write-ahead log ever needs: it is written back and used from its beginning again when it
 * has 1000 pages (https://sqlite.org/pragma.html#pragma_wal_autocheckpoint).
 */
const reserveBytes = (4 << 20) + (256 << 10);
const chunk = Buffer.alloc(256 << 10);

/**
 * Takes disk space for the write-ahead log of an open database in advance, so that on a full disk changes can still
 * be recorded: the end of a container, and the removals that free space. SQLite ignores what follows its last frame
 * (https://sqlite.org/fileformat2.html#walformat). On a disk that is full already there is no reserve.
 */
export function reserveLog(database: string): void {
  let file: number | undefined;
  try {
    file = openSync(`${database}-wal`, 'r+');
    for (let size = fstatSync(file).size; size < reserveBytes; size += chunk.length) {
      writeSync(file, chunk, 0, Math.min(chunk.length, reserveBytes - size), size);
    }
  } catch {
    // Works without, as long as the disk has room.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
