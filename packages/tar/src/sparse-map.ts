import { parseNumber } from './numeric-field.ts';
import { type PaxRecords, parsePaxInteger } from './pax-records.ts';
import { TarFormatError } from './tar-format-error.ts';

/** A run of stored bytes of a sparse file. */
export type Extent = readonly [offset: number, length: number];

/** Bytes that a sparse 1.0 map may take, and so a bound of the memory that a hostile header costs. */
export const sparseMapLimit = 8 << 20;
const extentLimit = 1 << 19;

/**
 * Checks that the extents are in order, do not overlap, lie inside the file and add up to what the
 * archive stores. Empty extents, which writers use to mark the end, are dropped.
 */
export function checkedExtents(
  extents: readonly Extent[],
  fileSize: number,
  storedSize: number,
): Extent[] {
  let end = 0;
  let stored = 0;
  for (const [offset, length] of extents) {
    if (offset < end || length < 0 || offset + length > fileSize) throw malformed();
    end = offset + length;
    stored += length;
  }
  if (stored !== storedSize) throw malformed();
  return extents.filter(([, length]) => length > 0);
}

/** Old GNU: (offset, length) pairs of 12 bytes each in the header or an extension block; stops at an unused pair. */
export function parseOldGnuExtents(
  block: Buffer,
  start: number,
  count: number,
  into: Extent[],
): void {
  for (let i = 0; i < count; i++) {
    const at = start + i * 24;
    if (block[at] === 0 || block[at + 12] === 0) return;
    if (into.length >= extentLimit) throw new TarFormatError('sparse file has too many extents');
    into.push([parseNumber(block, at, 12), parseNumber(block, at + 12, 12)]);
  }
}

/** Formats 0.0 (repeated records) and 0.1 (one list). */
export function parsePaxExtents(records: PaxRecords): Extent[] {
  const numbers: number[] = [];
  for (const [key, value] of records) {
    if (key === 'GNU.sparse.map') {
      numbers.length = 0;
      if (value !== '')
        for (const part of value.split(',')) numbers.push(parsePaxInteger(key, part));
    } else if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      if ((numbers.length % 2 === 0) !== (key === 'GNU.sparse.offset')) throw malformed();
      numbers.push(parsePaxInteger(key, value));
    }
  }
  return pairs(numbers);
}

/**
 * Reads the map of format 1.0 that precedes the data: newline-ended decimal numbers, first the count,
 * padded to 512 bytes. Fed block by block; `extents` is set once the map is complete.
 */
export class SparseMapParser {
  extents: Extent[] | undefined;
  #line = '';
  #wanted: number | undefined;
  readonly #numbers: number[] = [];
  #taken = 0;

  block(block: Buffer): void {
    this.#taken += block.length;
    if (this.#taken > sparseMapLimit) throw new TarFormatError('sparse file map is too large');
    const lines = (this.#line + block.toString('latin1', 0, 512)).split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) {
      if (this.#complete()) break;
      this.#number(line);
    }
    if (this.#complete()) this.extents = pairs(this.#numbers);
    else if (this.#line.length > 20) throw malformed();
  }

  #number(line: string): void {
    if (!/^[0-9]{1,16}$/.test(line)) throw malformed();
    const value = parsePaxInteger('GNU.sparse.map', line);
    if (this.#wanted !== undefined) this.#numbers.push(value);
    else if (value > extentLimit) throw new TarFormatError('sparse file has too many extents');
    else this.#wanted = value * 2;
  }

  #complete(): boolean {
    return this.#wanted !== undefined && this.#numbers.length === this.#wanted;
  }
}

function pairs(numbers: readonly number[]): Extent[] {
  if (numbers.length % 2 !== 0) throw malformed();
  const extents: Extent[] = [];
  for (let i = 0; i < numbers.length; i += 2) extents.push([numbers[i]!, numbers[i + 1]!]);
  return extents;
}

function malformed(): TarFormatError {
  return new TarFormatError('malformed map of a sparse file');
}
