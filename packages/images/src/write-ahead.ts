import type { BlobWriter } from '@berth/content';

/** Often enough to keep the disk busy, seldom enough to cost nothing. */
const stepBytes = 32 << 20;

/**
 * Brings a growing blob to the disk while it is still being received, so that its commit does not wait
 * for the whole of it at the end.
 */
export class WriteAhead {
  readonly #writer: BlobWriter;
  #next = stepBytes;
  #running: Promise<void> | undefined;

  constructor(writer: BlobWriter) {
    this.#writer = writer;
  }

  reached(bytes: number): void {
    if (bytes < this.#next || this.#running !== undefined) return;
    this.#next = bytes + stepBytes;
    // A failure is met again, and reported, by the commit.
    this.#running = this.#writer
      .flush()
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** The writer must not be closed before this resolves. */
  async settle(): Promise<void> {
    await this.#running;
  }
}
