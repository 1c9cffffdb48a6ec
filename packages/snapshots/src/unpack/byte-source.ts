import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { jobError } from '../worker/job-error.ts';

/** Where compressed bytes come from. */
export interface ByteSource {
  /** The next bytes, valid until the next call; undefined at the end. */
  read(): Promise<Buffer | undefined> | Buffer | undefined;
  close(): void;
}

const readSize = 1 << 20;

/** A file, or the part `[offset, length]` of it. */
export class FileSource implements ByteSource {
  readonly #fd: number;
  readonly #path: string;
  readonly #buffer: Buffer;
  #position: number;
  #remaining: number;

  constructor(path: string, range?: readonly [number, number]) {
    this.#path = path;
    this.#fd = openSync(path, 'r');
    this.#position = range?.[0] ?? 0;
    this.#remaining = range?.[1] ?? Number.POSITIVE_INFINITY;
    const size = Math.min(this.#remaining, fstatSync(this.#fd).size || readSize);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(512, Math.min(readSize, size)));
  }

  read(): Buffer | undefined {
    const wanted = Math.min(this.#buffer.length, this.#remaining);
    if (wanted === 0) return undefined;
    const count = readSync(this.#fd, this.#buffer, 0, wanted, this.#position);
    this.#position += count;
    this.#remaining -= count;
    if (count > 0) return this.#buffer.subarray(0, count);
    if (Number.isFinite(this.#remaining)) {
      throw jobError('snapshots.invalid-archive', { reason: `${this.#path} is cut off` });
    }
    return undefined;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
