import { PassThrough, type Readable } from 'node:stream';

/**
 * The bytes of a request's body as a stream that may be destroyed: destroying the body itself would close the
 * connection, on which the failure has yet to be told.
 */
export function bodyRelay(body: Readable): Readable {
  const relay = new PassThrough();
  const fail = (error: Error): void => void relay.destroy(error);
  body.on('error', fail);
  relay.on('error', () => undefined);
  relay.once('close', () => {
    body.unpipe(relay);
    body.off('error', fail);
    body.on('error', () => undefined);
  });
  return body.pipe(relay);
}
