import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';

export const jsonBodyLimit = 16 * 1024 * 1024;

/**
 * Reads a JSON body with Docker's rules: the content type must be `application/json` unless there is no
 * body; an absent body is undefined; more than one value is an error. Bodies over the limit are refused
 * before they are buffered, chunked ones as soon as they have passed it.
 */
export async function readJsonBody(
  headers: IncomingHttpHeaders,
  body: Readable,
  limit: number = jsonBodyLimit,
): Promise<unknown> {
  const announced = announcedLength(headers);
  if (Number.isFinite(announced) && announced > limit)
    throw engineError('api.body-too-large', { limit });
  requireJson(headers['content-type'], announced);
  if (announced === 0) return undefined;
  const text = await readText(body, limit);
  await loopTurn();
  if (text.trim() === '') {
    throw engineError('api.invalid-json', { reason: 'got EOF while reading request body' });
  }
  return parseJson(text);
}

/** Bytes that the request says it carries; infinite for a chunked body. */
export function announcedLength(headers: IncomingHttpHeaders): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}

function requireJson(contentType: string | undefined, length: number): void {
  if (contentType === undefined || contentType === '') {
    if (length === 0) return;
    throw engineError('api.content-type-malformed', { value: '', reason: 'mime: no media type' });
  }
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(mediaType)) {
    const reason = 'mime: expected slash after first token';
    throw engineError('api.content-type-malformed', { value: contentType, reason });
  }
  if (mediaType !== 'application/json') {
    const expected = 'application/json';
    throw engineError('api.content-type-unsupported', { value: contentType, expected });
  }
}

async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw engineError('api.body-too-large', { limit });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (/after JSON/.test(reason)) throw engineError('api.trailing-json', {}, { cause });
    throw engineError('api.invalid-json', { reason }, { cause });
  }
}
