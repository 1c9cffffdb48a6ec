import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own in a file, mounted until it is disposed. */
export class LoopFileSystem implements Disposable {
  readonly path: string;
  readonly #folder: string;

  /** `mebibytes`: its size, taken only as it is used. */
  constructor(type: 'btrfs' | 'ext4', mebibytes: number) {
    this.#folder = mkdtempSync(join(tmpdir(), 'berth-loop-'));
    this.path = join(this.#folder, 'mounted');
    const image = join(this.#folder, 'image');
    mkdirSync(this.path);
    try {
      execFileSync('truncate', ['-s', `${mebibytes}M`, image]);
      execFileSync(`mkfs.${type}`, ['-q', image]);
      execFileSync('mount', ['-o', 'loop', image, this.path]);
    } catch (error) {
      rmSync(this.#folder, { recursive: true });
      throw error;
    }
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.path]);
    rmSync(this.#folder, { recursive: true });
  }
}
