import { jobError } from '../worker/job-error.ts';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

/** A piece of input, and whether a frame ends with it. */
export interface FramePiece {
  readonly start: number;
  readonly end: number;
  readonly endsFrame: boolean;
}

/**
 * Finds where the frames of a zstd stream end (RFC 8878), because node:zlib stops without a word after
 * the first one. Parallel compressors and seekable formats write many.
 */
export class ZstdFrames {
  /** `begin`, `frame` and `block` collect a header; `body` and `tail` pass bytes by. */
  #state: 'begin' | 'frame' | 'block' | 'body' | 'tail' = 'begin';
  readonly #header = Buffer.alloc(18);
  #headerLength = 0;
  /** Length of the header being collected. */
  #wanted = 4;
  #remaining = 0;
  #isLastBlock = false;
  #hasChecksum = false;

  /** True between frames: a stream may end here. */
  get complete(): boolean {
    return this.#state === 'begin' && this.#headerLength === 0;
  }

  *split(chunk: Buffer): Generator<FramePiece, void> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      at += this.#collects() ? this.#collect(chunk, at) : this.#pass(chunk.length - at);
      if (!this.complete) continue;
      yield { start, end: at, endsFrame: true };
      start = at;
    }
    if (start < at) yield { start, end: at, endsFrame: false };
  }

  #collects(): boolean {
    return this.#state === 'begin' || this.#state === 'frame' || this.#state === 'block';
  }

  #collect(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#wanted - this.#headerLength, chunk.length - at);
    chunk.copy(this.#header, this.#headerLength, at, at + taken);
    this.#headerLength += taken;
    if (this.#headerLength === this.#wanted) this.#headerComplete();
    return taken;
  }

  #headerComplete(): void {
    if (this.#state === 'begin') this.#magicOrHeader();
    else if (this.#state === 'frame') this.#expectBlock();
    else this.#blockHeader();
  }

  /** Reads on until the length of the whole frame header is known. */
  #magicOrHeader(): void {
    const magic = this.#header.readUInt32LE(0);
    const skippable = (magic & 0xfffffff0) >>> 0 === skippableMagic;
    if (!skippable && magic !== frameMagic) throw malformed('unknown frame');
    const known = skippable ? 8 : 5;
    if (this.#wanted < known) this.#wanted = known;
    else if (skippable) this.#expectTail(this.#header.readUInt32LE(4));
    else this.#descriptor(this.#header[4]!);
  }

  #descriptor(descriptor: number): void {
    const singleSegment = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#wanted = 5 + (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
    this.#state = 'frame';
    if (this.#headerLength === this.#wanted) this.#expectBlock();
  }

  #expectBlock(): void {
    this.#state = 'block';
    this.#headerLength = 0;
    this.#wanted = 3;
  }

  #blockHeader(): void {
    const header = this.#header.readUIntLE(0, 3);
    const type = (header >> 1) & 3;
    if (type === 3) throw malformed('reserved block type');
    this.#isLastBlock = (header & 1) !== 0;
    this.#remaining = type === 1 ? 1 : header >> 3;
    this.#state = 'body';
    if (this.#remaining === 0) this.#bodyEnd();
  }

  #pass(available: number): number {
    const taken = Math.min(this.#remaining, available);
    this.#remaining -= taken;
    if (this.#remaining > 0) return taken;
    if (this.#state === 'body') this.#bodyEnd();
    else this.#begin();
    return taken;
  }

  #bodyEnd(): void {
    if (!this.#isLastBlock) this.#expectBlock();
    else this.#expectTail(this.#hasChecksum ? 4 : 0);
  }

  #expectTail(length: number): void {
    this.#remaining = length;
    this.#state = 'tail';
    if (length === 0) this.#begin();
  }

  #begin(): void {
    this.#state = 'begin';
    this.#headerLength = 0;
    this.#wanted = 4;
  }
}

function malformed(what: string) {
  return jobError('snapshots.invalid-archive', { reason: `zstd: ${what}` });
}
