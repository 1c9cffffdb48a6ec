import { statfsSync } from 'node:fs';
import path from 'node:path';
import { engineError } from '@berth/errors';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const ioError = 10;
const full = 13;
const failures = new Set([
  ioError,
  8, // SQLITE_READONLY
  11, // SQLITE_CORRUPT
  14, // SQLITE_CANTOPEN
  26, // SQLITE_NOTADB
]);

/**
 * What a failed access to the database at `path` is told as: common.no-space for a full disk, which SQLite reports
 * as SQLITE_FULL or, for its own files, as one of many SQLITE_IOERR; state.access-failed for a disk that cannot be
 * read or written. Anything else stays as it is.
 */
export function databaseError(error: unknown, file: string): unknown {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === full || (code === ioError && hasNoSpace(file))) {
    const details = { what: 'writing the metadata database', path: file };
    return engineError('common.no-space', details, { cause: error });
  }
  if (!failures.has(code)) return error;
  const reason = (error as Error).message;
  return engineError('state.access-failed', { path: file, reason }, { cause: error });
}

/** Runs one access to the database and tells its failure by `databaseError`. */
export function guarded<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw databaseError(error, file);
  }
}

function hasNoSpace(file: string): boolean {
  try {
    const { bavail, ffree, files } = statfsSync(path.dirname(file));
    return bavail === 0 || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
