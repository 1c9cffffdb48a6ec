import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { engineError } from '@berth/errors';
import type { StreamedBody } from './http-exchange.ts';

/**
 * Writes the body and ends the request. `progress` is called whenever the other side has taken something. Fails
 * when the source fails or has another length than announced; then the request has to be destroyed.
 */
export async function sendBody(
  request: ClientRequest,
  body: Buffer | StreamedBody | undefined,
  progress: () => void,
): Promise<void> {
  if (body === undefined || Buffer.isBuffer(body)) {
    request.end(body);
    return;
  }
  let sent = 0;
  for await (const chunk of body.stream) {
    if (request.destroyed) return;
    const bytes = chunk as Buffer;
    sent += bytes.length;
    if (sent > body.length) throw wrongLength(body.length, sent);
    if (!request.write(bytes)) await drained(request);
    progress();
    body.onSent?.(sent);
  }
  if (sent !== body.length) throw wrongLength(body.length, sent);
  request.end();
}

async function drained(request: ClientRequest): Promise<void> {
  const closed = new AbortController();
  const close = () => closed.abort();
  request.once('close', close);
  try {
    await once(request, 'drain', { signal: closed.signal });
  } catch (error) {
    // A request that ended reports its own failure.
    if (!closed.signal.aborted) throw error;
  } finally {
    request.off('close', close);
  }
}

function wrongLength(expected: number, actual: number): Error {
  return engineError('registry.size-mismatch', {
    ...{ what: 'the data to upload', endpoint: 'the local store' },
    ...{ expected, actual },
  });
}
