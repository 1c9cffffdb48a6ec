import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from '@berth/errors';
import type { DirectorySync } from './directory-sync.ts';

/** Replaces a file atomically and durably; `temporaryDirectory` is on the same file system. */
export async function writeFileDurably(options: {
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly temporaryDirectory: string;
  readonly directories: DirectorySync;
}): Promise<void> {
  const temporary = join(options.temporaryDirectory, randomUUID());
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await handle.writeFile(options.data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, options.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskError(error, 'writing a file', options.path);
  }
  await options.directories.sync(dirname(options.path));
}
