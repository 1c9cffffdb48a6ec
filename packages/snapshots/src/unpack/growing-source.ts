import { closeSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from './byte-source.ts';

const readSize = 1 << 20;

/**
 * A file that somebody still writes. `receive` gives, as decimal text, how long it has become; its end is
 * the end of the file.
 */
export class GrowingSource implements ByteSource {
  readonly #fd: number;
  readonly #receive: () => Promise<Buffer | undefined>;
  readonly #buffer = Buffer.allocUnsafeSlow(readSize);
  #position = 0;
  #length = 0;
  #ended = false;

  constructor(path: string, receive: () => Promise<Buffer | undefined>) {
    this.#fd = openSync(path, 'r');
    this.#receive = receive;
  }

  read(): Promise<Buffer | undefined> | Buffer | undefined {
    const wanted = Math.min(this.#buffer.length, this.#length - this.#position);
    if (wanted <= 0) return this.#ended ? undefined : this.#wait();
    const count = readSync(this.#fd, this.#buffer, 0, wanted, this.#position);
    if (count === 0) throw new Error('a growing file is shorter than announced');
    this.#position += count;
    return this.#buffer.subarray(0, count);
  }

  close(): void {
    closeSync(this.#fd);
  }

  async #wait(): Promise<Buffer | undefined> {
    const announced = await this.#receive();
    if (announced === undefined) this.#ended = true;
    else this.#length = Number(announced.toString());
    return await this.read();
  }
}
