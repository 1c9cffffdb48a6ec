import { engineError } from '@berth/errors';
import { bodyError, timeoutError } from './connection-error.ts';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';

/** Rests that are cheaper to read than a new connection is to open. */
const cheapRest = 64 * 1024;

export interface ReadOptions {
  readonly request: Pick<HttpRequest, 'method' | 'url'>;
  /** Milliseconds between two pieces. */
  readonly idle: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The pieces of a body as they come. Fails with registry.connection-lost or registry.timeout when it does
 * not end properly; time in which nobody asks for the next piece does not count. Leaving the loop
 * closes the connection.
 */
export async function* bodyChunks(
  { body }: HttpAnswer,
  { request, idle, signal }: ReadOptions,
): AsyncGenerator<Buffer> {
  let waiting = false;
  const abort = () => body.destroy(signal?.reason as Error);
  const timer = setInterval(() => {
    if (waiting) body.destroy(timeoutError(request, 'idle', idle) as Error);
  }, idle);
  signal?.addEventListener('abort', abort, { once: true });
  const iterator = body[Symbol.asyncIterator]();
  try {
    signal?.throwIfAborted();
    for (;;) {
      waiting = true;
      timer.refresh();
      const { value, done } = await iterator.next();
      waiting = false;
      if (done) break;
      yield value as Buffer;
    }
    if (!body.complete) throw new Error('unexpected EOF');
  } catch (error) {
    signal?.throwIfAborted();
    throw bodyError(error as Error, request);
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', abort);
    body.destroy();
  }
}

/** The whole body. Fails with registry.document-too-large above `limit` bytes. */
export async function readBody(
  answer: HttpAnswer,
  options: ReadOptions & { readonly limit: number; readonly what: string },
): Promise<Buffer> {
  const { limit, what } = options;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyChunks(answer, options)) {
    size += chunk.length;
    if (size > limit) {
      const endpoint = answer.url.origin;
      throw engineError('registry.document-too-large', { what, endpoint, limit });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lets go of an answer whose body nobody wants; the connection is kept when that costs little. */
export function discardBody({ method, body, headers }: HttpAnswer): void {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (method === 'HEAD' || length <= cheapRest) body.resume();
  else body.destroy();
}
