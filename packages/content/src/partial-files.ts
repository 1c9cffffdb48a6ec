import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '@berth/errors';
import { algorithmOf, type Digest, encodedOf } from '@berth/oci';

/** An open file, positioned by its user. */
export interface PartialFile {
  readonly handle: FileHandle;
  readonly path: string;
  /** Bytes that are there already. */
  readonly bytes: number;
  /** To be called when the handle is closed. */
  readonly closed: () => void;
}

/** A folder of blobs that came only in part, each named for the digest that it is to have. */
export class PartialFiles {
  readonly #folder: string;
  readonly #open = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<PartialFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new PartialFiles(folder);
  }

  async take(digest: Digest): Promise<PartialFile> {
    const name = `${algorithmOf(digest)}-${encodedOf(digest)}`;
    const path = join(this.#folder, name);
    if (this.#open.has(name)) throw new Error(`${path} is being written already`);
    this.#open.add(name);
    const closed = () => this.#open.delete(name);
    try {
      const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
      return { handle, path, bytes: (await handle.stat()).size, closed };
    } catch (error) {
      closed();
      throw diskError(error, 'writing content', path);
    }
  }

  async expire(before: number): Promise<number> {
    let bytes = 0;
    for (const name of await readdir(this.#folder)) {
      if (this.#open.has(name)) continue;
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || found.mtimeMs >= before || this.#open.has(name)) continue;
      bytes += found.size;
      await rm(path, { recursive: true, force: true });
    }
    return bytes;
  }
}
