import type { Readable } from 'node:stream';
import { transferWindow, type UnpackReply } from '../worker/protocol.ts';
import type { RunningJob } from '../worker/worker-thread.ts';

/** Feeds a stream to an unpack job with back-pressure. The stream is destroyed in every case. */
export class PostedSource {
  readonly #stream: Readable;
  #sent = 0;
  #taken = 0;
  #wake: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The job has taken in this many bytes in all. */
  taken(bytes: number): void {
    this.#taken = bytes;
    this.#wake?.();
  }

  /** The job's reply. Fails with the stream's own error when that is what went wrong. */
  async feed(job: RunningJob<'unpack'>): Promise<UnpackReply> {
    let broken: { error: unknown } | undefined;
    const feeding = this.#pump(job).catch((error: unknown) => {
      broken = { error };
      job.abort();
    });
    try {
      return await job.result;
    } catch (error) {
      throw broken === undefined ? error : broken.error;
    } finally {
      this.#stream.destroy();
      this.taken(Number.POSITIVE_INFINITY);
      await feeding;
    }
  }

  async #pump(job: RunningJob<'unpack'>): Promise<void> {
    for await (const chunk of this.#stream as AsyncIterable<Uint8Array | string>) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      this.#sent += bytes.length;
      job.send(bytes);
      while (this.#sent - this.#taken >= transferWindow) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    job.end();
  }
}
