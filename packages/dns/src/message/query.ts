import { flag, headerLength, plainDatagramLength, recordType } from './constants.ts';
import { readName, skipName } from './domain-name.ts';
import { DnsFormatError } from './format-error.ts';

/** A query with its one question (RFC 1035, section 4.1). */
export interface DnsQuery {
  /** The message as it came. */
  readonly bytes: Buffer;
  readonly id: number;
  readonly flags: number;
  /** As `readName` gives it. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Offset behind the question. */
  readonly questionEnd: number;
  /** The client's OPT record (RFC 6891), if it sent one. */
  readonly edns: { readonly datagramLength: number } | undefined;
}

const operation = { query: 0 } as const;
/** More records than this in one query are no query. */
const mostRecords = 64;

/**
 * What kind of message came. `ignored`: too short, or an answer. `refused`: the header is readable, the rest
 * is not what is served here.
 */
export type ParsedQuery =
  | { readonly kind: 'query'; readonly query: DnsQuery }
  | { readonly kind: 'refused'; readonly reason: 'format' | 'operation' }
  | { readonly kind: 'ignored' };

/** Reads a client's message. Never throws, whatever the bytes. */
export function parseQuery(bytes: Buffer): ParsedQuery {
  if (bytes.length < headerLength) return { kind: 'ignored' };
  const flags = bytes.readUInt16BE(2);
  if ((flags & flag.response) !== 0) return { kind: 'ignored' };
  if ((flags & flag.opcode) >> 11 !== operation.query) {
    return { kind: 'refused', reason: 'operation' };
  }
  try {
    return { kind: 'query', query: readQuery(bytes, flags) };
  } catch (error) {
    if (error instanceof DnsFormatError) return { kind: 'refused', reason: 'format' };
    throw error;
  }
}

function readQuery(bytes: Buffer, flags: number): DnsQuery {
  if (bytes.readUInt16BE(4) !== 1) throw new DnsFormatError('not one question');
  const { name, end } = readName(bytes, headerLength);
  if (end + 4 > bytes.length) throw new DnsFormatError('the question is cut off');
  return {
    bytes,
    id: bytes.readUInt16BE(0),
    flags,
    name,
    type: bytes.readUInt16BE(end),
    class: bytes.readUInt16BE(end + 2),
    questionEnd: end + 4,
    edns: readEdns(bytes, end + 4),
  };
}

/** Looks through the records behind the question for the client's OPT. */
function readEdns(bytes: Buffer, start: number): DnsQuery['edns'] {
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
  if (records > mostRecords) throw new DnsFormatError('too many records');
  let offset = start;
  let edns: DnsQuery['edns'];
  for (let record = 0; record < records; record++) {
    const fixed = skipName(bytes, offset);
    if (fixed + 10 > bytes.length) throw new DnsFormatError('a record is cut off');
    const end = fixed + 10 + bytes.readUInt16BE(fixed + 8);
    if (end > bytes.length) throw new DnsFormatError('a record is cut off');
    if (bytes.readUInt16BE(fixed) === recordType.opt) {
      if (edns !== undefined) throw new DnsFormatError('two OPT records');
      edns = { datagramLength: Math.max(plainDatagramLength, bytes.readUInt16BE(fixed + 2)) };
    }
    offset = end;
  }
  return edns;
}
