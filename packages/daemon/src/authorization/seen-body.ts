import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { announcedLength } from '../http/body-reader.ts';

/** The longest body that plug-ins are shown. */
export const seenBodyLimit = 1024 * 1024;

/**
 * Reads a JSON body for the plug-ins and gives it to the handler again. Other bodies (archives) and logins are not
 * shown. A JSON body over the limit is refused: with it a client could hide what it asks for.
 */
export async function seenBody(
  url: string,
  headers: IncomingHttpHeaders,
  stream: Readable,
): Promise<{ readonly text?: Buffer; readonly stream: Readable }> {
  const announced = announcedLength(headers);
  if (announced === 0 || !isJson(headers['content-type']) || isLogin(url)) return { stream };
  const limit = seenBodyLimit;
  if (Number.isFinite(announced) && announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks);
  return { text, stream: Readable.from([text], { objectMode: false }) };
}

function tooLarge(limit: number): Error {
  return engineError('authorization.body-too-large', { limit });
}

/** Handlers take JSON under no other name. */
function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** Passwords are no plug-in's business. */
export function isLogin(url: string): boolean {
  return /^(?:\/v\d+\.\d+)?\/auth(?:\?|$)/.test(url);
}
