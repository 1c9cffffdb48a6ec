import type { StagedBlob } from '../staged-blob.ts';

/** Bytes that may wait in memory while others are being written. */
const batchBytes = 1 << 20;

/**
 * Writes what comes from the network while more comes, everything that came meanwhile at once: the two do
 * not wait for each other, and one call to the disk serves many pieces. Disposing waits until what was taken
 * is in the file, well or not.
 */
export class BatchedWrites implements AsyncDisposable {
  readonly #target: StagedBlob;
  #batch: Buffer[] = [];
  #bytes = 0;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(target: StagedBlob) {
    this.#target = target;
  }

  /** Takes the chunk over. Waits while too much is on its way. Fails with what an earlier write failed with. */
  async add(chunk: Buffer): Promise<void> {
    this.#check();
    this.#batch.push(chunk);
    this.#bytes += chunk.length;
    this.#running ??= this.#run();
    if (this.#bytes >= batchBytes) await this.#running;
    this.#check();
  }

  /** Resolves when everything is in the file. */
  async settle(): Promise<void> {
    await this.#running;
    this.#check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
  }

  /** Never rejects, so that a failure between two chunks is nobody's unhandled rejection. */
  async #run(): Promise<void> {
    try {
      while (this.#batch.length > 0) {
        const batch = this.#batch;
        this.#batch = [];
        this.#bytes = 0;
        await this.#target.writeAll(batch);
        for (const chunk of batch) release(chunk);
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#running = undefined;
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Frees the memory of bytes that are in the file now; the garbage collector would let it pile up. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
