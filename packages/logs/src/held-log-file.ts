import { rm } from 'node:fs/promises';
import type { FileIdentity } from './block-gzip.ts';
import { identityOf, nameOfLogFile, openLogFile } from './log-files.ts';

/**
 * The oldest file of a log whose rotation waits until that file is gone (`--log-hold` of the shim): removes it once all of
 * it has been read.
 */
export class HeldLogFile {
  readonly #path: string;
  readonly #number: number;
  readonly #read = new Set<string>();

  /** `number`: that of the oldest file. */
  constructor(path: string, number: number) {
    this.#path = path;
    this.#number = number;
  }

  /** For `onFileRead` of a reading. */
  noteRead(identity: FileIdentity): void {
    this.#read.add(keyOf(identity));
  }

  /** Removes the file if it was read. To be called after each batch: whatever is written later comes with another one. */
  async release(): Promise<void> {
    const name = nameOfLogFile(this.#path, this.#number);
    for (;;) {
      const file = await openLogFile(name);
      if (file === undefined) return;
      const key = keyOf(await identityOf(file));
      await file.handle.close();
      if (!this.#read.has(key)) return;
      // It may be replaced by its compressed form at this moment: looked for again.
      await rm(file.blocks === undefined ? name : `${name}.gz`, { force: true });
      if (file.blocks !== undefined) this.#read.delete(key);
    }
  }
}

function keyOf({ inode, size, modifiedNs }: FileIdentity): string {
  return `${inode}:${size}:${modifiedNs}`;
}
