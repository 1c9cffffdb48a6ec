import {
  classInternet,
  flag,
  headerLength,
  longestMessage,
  offeredDatagramLength,
  plainDatagramLength,
  recordType,
  responseCode,
} from './constants.ts';
import type { DnsQuery } from './query.ts';

/** A record about the question's own name. */
export interface AnswerRecord {
  readonly type: number;
  /** RDATA in its wire form. */
  readonly data: Buffer;
}

export interface Answer {
  readonly code: number;
  readonly records: readonly AnswerRecord[];
}

/** Seconds that clients may keep an answer: what Docker's server says. */
const timeToLive = 600;
/** A name that is the question's: a pointer to the first byte behind the header. */
const questionName = 0xc000 | headerLength;
const recordOverhead = 12;

/** Longest answer that the client takes. */
export function longestAnswer({ edns }: DnsQuery, transport: 'udp' | 'tcp'): number {
  if (transport === 'tcp') return longestMessage;
  return edns?.datagramLength ?? plainDatagramLength;
}

/**
 * An answer of our own: the question as it was asked, the records, and an OPT record for clients that sent
 * one. Records that do not fit are left out and the answer is marked as truncated.
 */
export function encodeAnswer(
  query: DnsQuery,
  { code, records }: Answer,
  transport: 'udp' | 'tcp',
): Buffer {
  const opt = query.edns === undefined ? undefined : optRecord();
  const room = longestAnswer(query, transport) - query.questionEnd - (opt?.length ?? 0);
  const fitting: Buffer[] = [];
  let used = 0;
  for (const record of records) {
    used += recordOverhead + record.data.length;
    if (used > room) break;
    fitting.push(encodeRecord(record));
  }
  const truncated = fitting.length < records.length;
  const head = responseHead(query, code, truncated);
  head.writeUInt16BE(fitting.length, 6);
  head.writeUInt16BE(opt === undefined ? 0 : 1, 10);
  return Buffer.concat([head, ...fitting, ...(opt === undefined ? [] : [opt])]);
}

/** An answer without records to a message that is not served: only its header is looked at. */
export function encodeRefusal(message: Buffer, reason: 'format' | 'operation'): Buffer {
  const code = reason === 'format' ? responseCode.formatError : responseCode.notImplemented;
  const head = Buffer.alloc(headerLength);
  message.copy(head, 0, 0, 4);
  const kept = head.readUInt16BE(2) & (flag.opcode | flag.recursionDesired);
  head.writeUInt16BE(kept | flag.response | code, 2);
  return head;
}

/** The upstream's answer under the client's ID; cut down to head and question when it does not fit. */
export function relayAnswer(query: DnsQuery, answer: Buffer, transport: 'udp' | 'tcp'): Buffer {
  if (answer.length > longestAnswer(query, transport)) {
    return encodeTruncated(query, answer.readUInt16BE(2) & 0xf);
  }
  const relayed = Buffer.from(answer);
  relayed.writeUInt16BE(query.id, 0);
  return relayed;
}

function encodeTruncated(query: DnsQuery, code: number): Buffer {
  const opt = query.edns === undefined ? undefined : optRecord();
  const head = responseHead(query, code, true);
  if (opt === undefined) return head;
  head.writeUInt16BE(1, 10);
  return Buffer.concat([head, opt]);
}

/** Header and question, all counts but that of questions zero. */
function responseHead(query: DnsQuery, code: number, truncated: boolean): Buffer {
  const head = Buffer.from(query.bytes.subarray(0, query.questionEnd));
  const kept = query.flags & (flag.recursionDesired | flag.checkingDisabled);
  const flags = flag.response | flag.recursionAvailable | kept | code;
  head.writeUInt16BE(truncated ? flags | flag.truncated : flags, 2);
  head.fill(0, 6, headerLength);
  return head;
}

const encodedRecords = new WeakMap<AnswerRecord, Buffer>();

/** The same record is answered again and again. */
function encodeRecord(answer: AnswerRecord): Buffer {
  const known = encodedRecords.get(answer);
  if (known !== undefined) return known;
  const { type, data } = answer;
  const record = Buffer.alloc(recordOverhead + data.length);
  record.writeUInt16BE(questionName, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(classInternet, 4);
  record.writeUInt32BE(timeToLive, 6);
  record.writeUInt16BE(data.length, 10);
  data.copy(record, recordOverhead);
  encodedRecords.set(answer, record);
  return record;
}

function optRecord(): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(recordType.opt, 1);
  record.writeUInt16BE(offeredDatagramLength, 3);
  return record;
}
