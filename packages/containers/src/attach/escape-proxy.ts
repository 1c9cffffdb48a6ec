export interface EscapeResult {
  /** What goes on to the process. */
  readonly forward: Buffer;
  /** The detach sequence is complete; what follows it in the chunk is dropped. */
  readonly detached: boolean;
}

/**
 * Looks for the detach sequence in what a client types. Keys that may begin the sequence are held
 * back until the next key tells; they are forwarded when it does not continue it.
 */
export class EscapeProxy {
  readonly #keys: Buffer;
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = Buffer.from(keys);
  }

  write(chunk: Buffer): EscapeResult {
    if (this.#keys.length === 0) return { forward: chunk, detached: false };
    // Nothing is held back and no key of the chunk begins the sequence: the usual case costs no copy.
    if (this.#matched === 0 && !chunk.includes(this.#keys[0] as number)) {
      return { forward: chunk, detached: false };
    }
    const forward = Buffer.allocUnsafe(chunk.length + this.#keys.length);
    let length = 0;
    for (const byte of chunk) {
      length = this.#advance(byte, forward, length);
      if (this.#matched === this.#keys.length) {
        this.#matched = 0;
        return { forward: forward.subarray(0, length), detached: true };
      }
    }
    return { forward: forward.subarray(0, length), detached: false };
  }

  /** Keys held back when the client ended its input. */
  flush(): Buffer {
    const held = this.#keys.subarray(0, this.#matched);
    this.#matched = 0;
    return held;
  }

  /** Takes one byte; gives the new length of what is forwarded. */
  #advance(byte: number, forward: Buffer, length: number): number {
    if (byte === this.#keys[this.#matched]) {
      this.#matched += 1;
      return length;
    }
    let end = length;
    if (this.#matched > 0) {
      end += this.#keys.copy(forward, end, 0, this.#matched);
      this.#matched = 0;
      if (byte === this.#keys[0]) {
        this.#matched = 1;
        return end;
      }
    }
    forward[end] = byte;
    return end + 1;
  }
}
