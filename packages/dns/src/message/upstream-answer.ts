import { flag, headerLength } from './constants.ts';
import type { DnsQuery } from './query.ts';

/** The query as it is sent on: every byte as the client wrote it, under an ID of our own. */
export function upstreamQuery({ bytes }: DnsQuery, id: number): Buffer {
  const sent = Buffer.from(bytes);
  sent.writeUInt16BE(id, 0);
  return sent;
}

/**
 * Whether a message answers the query sent under `id`: same ID, a response, the same question but for the
 * case of letters. Answers without a question, as some servers send with an error, count too.
 */
export function answersQuery(message: Buffer, query: DnsQuery, id: number): boolean {
  if (message.length < headerLength || message.readUInt16BE(0) !== id) return false;
  const flags = message.readUInt16BE(2);
  if ((flags & flag.response) === 0 || (flags & flag.opcode) !== (query.flags & flag.opcode)) {
    return false;
  }
  const questions = message.readUInt16BE(4);
  if (questions === 0) return (flags & 0xf) !== 0;
  return questions === 1 && sameQuestion(message, query);
}

function sameQuestion(message: Buffer, query: DnsQuery): boolean {
  const { bytes, questionEnd } = query;
  if (message.length < questionEnd) return false;
  const asked = bytes.toString('latin1', headerLength, questionEnd - 4);
  const answered = message.toString('latin1', headerLength, questionEnd - 4);
  if (asked.toLowerCase() !== answered.toLowerCase()) return false;
  return bytes
    .subarray(questionEnd - 4, questionEnd)
    .equals(message.subarray(questionEnd - 4, questionEnd));
}

export function isTruncated(message: Buffer): boolean {
  return (message.readUInt16BE(2) & flag.truncated) !== 0;
}

export function codeOf(message: Buffer): number {
  return message.readUInt16BE(2) & 0xf;
}
