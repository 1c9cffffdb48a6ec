import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending a body that nobody wants any more, in milliseconds. */
const patience = 10_000;

/**
 * Keeps the connection of a request that is answered before its body has come to an end half open: the client reads the
 * answer, then stops. Closed at once, its next write would fail, and many clients would then look no further for an answer
 * that they have already been sent. What still comes is thrown away by the HTTP server.
 */
export function lingerAtEnd(request: IncomingMessage): void {
  const { socket } = request;
  // A connection that was handed in without a socket is ended by whoever made it.
  if (!hasBody(request) || typeof socket.destroySoon !== 'function') return;
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    socket.destroySoon = destroySoon;
    if (request.complete || socket.destroyed) return destroySoon();
    socket.end();
    const timer = setTimeout(() => socket.destroy(), patience).unref();
    socket.once('close', () => clearTimeout(timer));
    request.once('end', destroySoon);
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
