import type { ByteString } from './byte-string.ts';
import { parseNumber } from './numeric-field.ts';
import { TarFormatError } from './tar-format-error.ts';

export const blockSize = 512;

export type HeaderFormat = 'v7' | 'ustar' | 'gnu' | 'star';

/** The fields of one 512-byte header, before any extension header is applied. */
export interface HeaderBlock {
  readonly format: HeaderFormat;
  readonly typeFlag: string;
  readonly name: ByteString;
  readonly linkName: ByteString;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

export function isZeroBlock(block: Buffer): boolean {
  for (let i = 0; i < blockSize; i++) if (block[i] !== 0) return false;
  return true;
}

/** Parses a block that is not all zeros. Checks the checksum, signed or unsigned. */
export function parseHeaderBlock(block: Buffer): HeaderBlock {
  verifyChecksum(block);
  const format = formatOf(block);
  const size = parseNumber(block, 124, 12);
  if (size < 0) throw new TarFormatError('negative size in header');
  const name = text(block, 0, 100);
  const prefix =
    format === 'ustar' ? text(block, 345, 155) : format === 'star' ? text(block, 345, 131) : '';
  return {
    format,
    typeFlag: String.fromCharCode(block[156]!),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: text(block, 157, 100),
    mode: parseNumber(block, 100, 8),
    uid: parseNumber(block, 108, 8),
    gid: parseNumber(block, 116, 8),
    size,
    mtime: parseNumber(block, 136, 12),
    major: format === 'v7' ? 0 : parseNumber(block, 329, 8),
    minor: format === 'v7' ? 0 : parseNumber(block, 337, 8),
  };
}

function formatOf(block: Buffer): HeaderFormat {
  const magic = block.toString('latin1', 257, 265);
  if (magic === 'ustar  \0') return 'gnu';
  if (!magic.startsWith('ustar\0')) return 'v7';
  return block.toString('latin1', 508, 512) === 'tar\0' ? 'star' : 'ustar';
}

function verifyChecksum(block: Buffer): void {
  const expected = parseNumber(block, 148, 8);
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let i = 0; i < 148; i++) {
    const byte = block[i]!;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let i = 156; i < blockSize; i++) {
    const byte = block[i]!;
    unsigned += byte;
    high += byte >> 7;
  }
  if (unsigned !== expected && unsigned - 256 * high !== expected) {
    throw new TarFormatError('invalid tar header: checksum does not match');
  }
}

function text(block: Buffer, start: number, length: number): ByteString {
  if (block[start] === 0) return '';
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end < 0 || end > start + length ? start + length : end);
}
