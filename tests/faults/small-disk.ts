import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A small file system of a test's own, to be filled and freed. Disposing unmounts and removes it. */
export class SmallDisk implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** ext4 in a file. */
  static ext4(megabytes: number): SmallDisk {
    const disk = SmallDisk.#make();
    const image = path.join(disk.#folder, 'image');
    closeSync(openSync(image, 'w'));
    truncateSync(image, megabytes << 20);
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    execFileSync('mount', ['-o', 'loop', image, disk.path]);
    return disk;
  }

  static tmpfs(megabytes: number): SmallDisk {
    const disk = SmallDisk.#make();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', disk.path]);
    return disk;
  }

  static #make(): SmallDisk {
    const disk = new SmallDisk(mkdtempSync(path.join(tmpdir(), 'berth-test-disk-')));
    mkdirSync(disk.path);
    return disk;
  }

  get path(): string {
    return path.join(this.#folder, 'disk');
  }

  /** Takes all that is left, to the last block. */
  fill(): void {
    const file = openSync(path.join(this.path, 'filler'), 'a');
    try {
      for (const size of [1 << 20, 1 << 16, 1 << 12, 1 << 10]) writeUntilFull(file, size);
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(path.join(this.path, 'filler'), { force: true });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.path]);
    rmSync(this.#folder, { recursive: true });
  }
}

function writeUntilFull(file: number, size: number): void {
  const block = Buffer.alloc(size, 1);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
