import { DnsFormatError } from './format-error.ts';

/** Longest name in its wire form (RFC 1035, section 2.3.4). */
const longestName = 255;
const longestLabel = 63;

export interface ReadName {
  /**
   * Labels joined by dots, letters `A`–`Z` in lower case, without a final dot; the root is empty. Bytes that
   * a host's name cannot hold, dots within a label among them, are written `\DDD`, so that no such name
   * can be taken for another.
   */
  readonly name: string;
  /** Offset of what follows. */
  readonly end: number;
}

/** Reads an uncompressed name, as questions have it. Throws DnsFormatError. */
export function readName(message: Buffer, start: number): ReadName {
  const labels: string[] = [];
  let offset = start;
  for (;;) {
    const length = message[offset];
    if (length === undefined) throw new DnsFormatError('a name runs past the end');
    if (length > longestLabel) throw new DnsFormatError('a compressed name in a question');
    const end = offset + 1 + length;
    if (end - start > longestName || end > message.length) {
      throw new DnsFormatError('a name is too long');
    }
    if (length === 0) return { name: labels.join('.'), end };
    labels.push(labelText(message.subarray(offset + 1, end)));
    offset = end;
  }
}

/** The offset behind a name that may be compressed; pointers are not followed. Throws DnsFormatError. */
export function skipName(message: Buffer, start: number): number {
  let offset = start;
  for (;;) {
    const length = message[offset];
    if (length === undefined) throw new DnsFormatError('a name runs past the end');
    if (length >= 0xc0) return offset + 2;
    if (length > longestLabel) throw new DnsFormatError('an unknown kind of label');
    offset += 1 + length;
    if (length === 0) return offset;
  }
}

/** Wire form of a name in dotted text. Undefined when it cannot be one (labels of 1 to 63 bytes, 255 in all). */
export function encodeName(name: string): Buffer | undefined {
  const labels = name.split('.').map((label) => Buffer.from(label, 'utf8'));
  if (labels.some(({ length }) => length === 0 || length > longestLabel)) return undefined;
  const parts = labels.flatMap((label) => [Buffer.of(label.length), label]);
  const wire = Buffer.concat([...parts, Buffer.of(0)]);
  return wire.length > longestName ? undefined : wire;
}

function labelText(label: Buffer): string {
  let text = '';
  for (const byte of label) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
  }
  return text.toLowerCase();
}
