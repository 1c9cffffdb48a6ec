import type { JobContext } from '../worker/job-context.ts';

const chunkSize = 256 << 10;

/** Gathers an archive into large chunks, which go to the main thread without being copied. */
export class BlockOutput {
  readonly #context: Pick<JobContext, 'send'>;
  #chunk = Buffer.allocUnsafeSlow(chunkSize);
  #length = 0;

  constructor(context: Pick<JobContext, 'send'>) {
    this.#context = context;
  }

  /** Free space of at most `wanted` bytes to be filled in place; say how many with `filled`. */
  room(wanted: number): Buffer {
    return this.#chunk.subarray(this.#length, Math.min(this.#length + wanted, chunkSize));
  }

  filled(count: number): Promise<void> | void {
    this.#length += count;
    if (this.#length === chunkSize) return this.flush();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const room = this.room(bytes.length - done);
      room.set(bytes.subarray(done, done + room.length));
      done += room.length;
      await this.filled(room.length);
    }
  }

  async zeros(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const room = this.room(left).fill(0);
      left -= room.length;
      await this.filled(room.length);
    }
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const full = this.#chunk;
    const length = this.#length;
    this.#chunk = Buffer.allocUnsafeSlow(chunkSize);
    this.#length = 0;
    // The last, partly filled chunk is copied so that its buffer is exactly as long as its content.
    await this.#context.send(
      length === chunkSize ? full : Buffer.from(Uint8Array.from(full.subarray(0, length)).buffer),
    );
  }
}
