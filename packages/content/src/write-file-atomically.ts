import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '@berth/errors';

/**
 * Replaces a file as a whole; `temporaryDirectory` is on the same file system. It does not wait for the disk: a power
 * failure may leave the old text, or none.
 */
export async function writeFileAtomically(options: {
  readonly path: string;
  readonly data: Uint8Array | string;
  readonly temporaryDirectory: string;
}): Promise<void> {
  const temporary = join(options.temporaryDirectory, randomUUID());
  try {
    await writeFile(temporary, options.data, { flag: 'wx', mode: 0o644 });
    await rename(temporary, options.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskError(error, 'writing a file', options.path);
  }
}
