import { jobError } from './job-error.ts';

/** Chunks that arrive by message, read one after the other. */
export class PostedChunks {
  readonly #chunks: Buffer[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#wake?.();
  }

  end(error?: string): void {
    this.#ended = true;
    if (error !== undefined) {
      this.#error = jobError('snapshots.operation-failed', {
        what: 'reading the layer',
        path: 'the input stream',
        reason: error,
      });
    }
    this.#wake?.();
  }

  /** Ends the wait of a reader with `error`. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const chunk = this.#chunks.shift();
      if (chunk !== undefined || this.#ended) return chunk;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
