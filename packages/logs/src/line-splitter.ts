/** No line that the shim writes comes near this: what is longer is damage and is skipped. */
const lineLimit = 1024 * 1024;

/** Cuts blocks of a file into whole lines. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #length = 0;
  #skipping: boolean;

  /** `midLine`: the first block may begin inside a line, which is skipped. */
  constructor(midLine = false) {
    this.#skipping = midLine;
  }

  /** The lines that end in this block, without their newlines. The block is kept, not copied. */
  push(block: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let begin = 0;
    for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, begin)) {
      const tail = block.subarray(begin, end);
      if (!this.#skipping)
        lines.push(this.#rest.length === 0 ? tail : Buffer.concat([...this.#rest, tail]));
      this.reset();
      begin = end + 1;
    }
    this.#keep(block.subarray(begin));
    return lines;
  }

  /** Forgets an unfinished line. */
  reset(): void {
    this.#rest = [];
    this.#length = 0;
    this.#skipping = false;
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0 || this.#skipping) return;
    this.#rest.push(rest);
    this.#length += rest.length;
    if (this.#length <= lineLimit) return;
    this.reset();
    this.#skipping = true;
  }
}
