import { TarFormatError } from './tar-format-error.ts';

/**
 * A number of a tar header: octal text, or (first bit set) a big-endian two's complement number in
 * base 256 as GNU tar and star write. Empty fields are zero. Numbers beyond 2^53 are refused.
 */
export function parseNumber(block: Buffer, start: number, length: number): number {
  const first = block[start]!;
  return first & 0x80
    ? parseBase256(block, start, length)
    : parseOctal(block, start, start + length);
}

function parseOctal(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++;
  let value = 0;
  for (; at < end; at++) {
    const byte = block[at]!;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) throw new TarFormatError('invalid octal number in header');
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function parseBase256(block: Buffer, start: number, length: number): number {
  const negative = (block[start]! & 0x40) !== 0;
  let value = 0;
  for (let i = 0; i < length; i++) {
    let byte = block[start + i]!;
    if (negative) byte ^= 0xff;
    if (i === 0) byte &= 0x7f;
    value = value * 256 + byte;
    if (value > Number.MAX_SAFE_INTEGER) throw new TarFormatError('number in header is too large');
  }
  return negative ? -value - 1 : value;
}

/** Largest number that `length` bytes of octal text with a closing NUL can hold. */
export function octalLimit(length: number): number {
  return 8 ** (length - 1) - 1;
}

/** Writes octal text with a closing NUL. The caller has checked that it fits. */
export function writeOctal(block: Buffer, start: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, length, 'latin1');
}
