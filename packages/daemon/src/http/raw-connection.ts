import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApiReply } from './api-reply.ts';
import { announcedLength } from './body-reader.ts';
import { errorReply } from './error-status.ts';

/**
 * Reads over a body that the handler had no use for: the raw stream begins behind it. Clients send their parameters
 * in one to operations that have none. Where a chunked one ends is not known here.
 */
export async function skipBody(request: IncomingMessage, body: Readable): Promise<void> {
  const length = announcedLength(request.headers);
  if (length === 0 || length === Number.POSITIVE_INFINITY || body.readableEnded) return;
  const ended = once(body, 'end');
  body.resume();
  await ended;
}

/**
 * Takes the socket of an ordinary request away from the HTTP server, paused. The request's body must have
 * been read to its end. From here on every byte in both directions is the caller's.
 */
export async function takeSocket(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Duplex> {
  const { socket } = request;
  // The parser resumes the socket once more when it has finished with the request.
  await nextTurn();
  response.detachSocket(socket);
  for (const event of ['data', 'end', 'error', 'timeout', 'drain', 'pause', 'resume']) {
    socket.removeAllListeners(event);
  }
  socket.setTimeout?.(0);
  socket.on('error', () => socket.destroy());
  // Node's HTTP server reads the descriptor itself until somebody listens for data.
  const detach = (): void => undefined;
  socket.on('data', detach).off('data', detach);
  return socket.pause();
}

/** Sends the head that announces a raw stream, then runs it to its end. */
export async function runHijack(
  socket: Duplex,
  reply: Extract<ApiReply, { kind: 'hijack' }>,
  upgraded: boolean,
): Promise<void> {
  const head = upgraded
    ? [
        'HTTP/1.1 101 UPGRADED',
        `Content-Type: ${reply.contentType}`,
        'Connection: Upgrade',
        'Upgrade: tcp',
      ]
    : ['HTTP/1.1 200 OK', 'Content-Type: application/vnd.docker.raw-stream'];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  try {
    await reply.run(socket);
  } finally {
    if (!socket.writableEnded) socket.end();
  }
}

/** Answers on a raw socket with an ordinary, whole answer and closes it. */
export function writeRawReply(
  socket: Duplex,
  reply: Extract<ApiReply, { kind: 'json' | 'empty' | 'text' }>,
  headers: Readonly<Record<string, string>>,
): void {
  const body = replyText(reply);
  const all: Record<string, string | number> = {
    ...headers,
    ...reply.headers,
    ...(reply.kind === 'json' ? { 'Content-Type': 'application/json' } : {}),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${reply.status} ${reasonPhrase(reply.status)}\r\n${lines.join('')}\r\n${body}`,
  );
}

export function rawError(error: unknown): Extract<ApiReply, { kind: 'json' }> {
  const { status, message } = errorReply(error);
  return { kind: 'json', status, value: { message } };
}

function replyText(reply: Extract<ApiReply, { kind: 'json' | 'empty' | 'text' }>): string {
  if (reply.kind === 'json') return `${JSON.stringify(reply.value)}\n`;
  return reply.kind === 'text' ? reply.text : '';
}

function reasonPhrase(status: number): string {
  return status < 400 ? 'OK' : 'Error';
}
