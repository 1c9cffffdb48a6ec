const blockSize = 512 << 10;

/**
 * Gathers pieces into blocks and writes one while the next fills: a network hands out tens of kilobytes at a time, and
 * each write costs two switches of threads.
 */
export class BlockWriter {
  readonly #sink: (block: Uint8Array) => Promise<void>;
  #block: Buffer | undefined;
  #spare: Buffer | undefined;
  #used = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(sink: (block: Uint8Array) => Promise<void>) {
    this.#sink = sink;
  }

  /** Copies the piece. Fails with what an earlier block met. */
  async write(piece: Uint8Array): Promise<void> {
    for (let offset = 0; offset < piece.length; ) {
      this.#block ??= Buffer.allocUnsafeSlow(blockSize);
      const part = piece.subarray(offset, offset + blockSize - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      offset += part.length;
      if (this.#used === blockSize) await this.#send();
    }
  }

  /** Resolves when everything is written. More may follow. */
  async flush(): Promise<void> {
    if (this.#used > 0) await this.#send();
    await this.#writing;
    this.#block = undefined;
    this.#spare = undefined;
  }

  async #send(): Promise<void> {
    await this.#writing;
    const block = this.#block!;
    const length = this.#used;
    this.#block = this.#spare;
    this.#spare = block;
    this.#used = 0;
    this.#writing = this.#sink(block.subarray(0, length));
    // Met by the next call.
    this.#writing.catch(() => undefined);
  }
}
