import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { announcedLength } from './body-reader.ts';

const bodyLimit = 1024 * 1024;
/** Characters of a chunk's size with its extensions, or of a trailer. */
const lineLimit = 4096;
const trailerLimit = 64;

/**
 * The body of a request whose connection is being upgraded, taken from the front of the raw socket: Node's parser stops
 * at the end of the head. What follows stays in the socket, it is the raw stream. A body may be chunked (RFC 9112,
 * section 7.1), as clients in Java send it.
 */
export function upgradeBody(request: IncomingMessage, socket: Duplex): Readable {
  return Readable.from(readUpgradeBody(request, socket), { objectMode: false });
}

async function* readUpgradeBody(
  request: IncomingMessage,
  socket: Duplex,
): AsyncGenerator<Buffer, void> {
  const length = announcedLength(request.headers);
  if (length === Number.POSITIVE_INFINITY) yield* readChunks(socket);
  else if (length > bodyLimit) throw engineError('api.body-too-large', { limit: bodyLimit });
  else yield* readBytes(socket, length);
}

async function* readChunks(socket: Duplex): AsyncGenerator<Buffer, void> {
  for (let total = 0; ; ) {
    const size = chunkSize(await readLine(socket));
    if (size === 0) break;
    total += size;
    if (total > bodyLimit) throw engineError('api.body-too-large', { limit: bodyLimit });
    yield* readBytes(socket, size);
    if ((await readLine(socket)) !== '') throw malformed('a chunk is longer than it says');
  }
  for (let trailers = 0; (await readLine(socket)) !== ''; trailers++) {
    if (trailers === trailerLimit) throw malformed('too many trailers');
  }
}

function chunkSize(line: string): number {
  const digits = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
  if (digits === undefined) throw malformed('the size of a chunk is no hexadecimal number');
  return Number.parseInt(digits, 16);
}

async function* readBytes(socket: Duplex, length: number): AsyncGenerator<Buffer, void> {
  let missing = length;
  while (missing > 0) {
    const wanted = Math.min(missing, Math.max(socket.readableLength, 1));
    const chunk = socket.read(wanted) as Buffer | null;
    if (chunk === null) {
      await more(socket, missing);
      continue;
    }
    missing -= chunk.length;
    yield chunk;
  }
}

/** A line without its end, CR LF. */
async function readLine(socket: Duplex): Promise<string> {
  let line = '';
  while (!line.endsWith('\n')) {
    if (line.length > lineLimit) throw malformed('a line is too long');
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      await more(socket, 1);
      continue;
    }
    const end = chunk.indexOf('\n') + 1 || chunk.length;
    if (end < chunk.length) socket.unshift(chunk.subarray(end));
    line += chunk.subarray(0, end).toString('latin1');
  }
  return line.replace(/\r?\n$/, '');
}

function malformed(reason: string): Error {
  return engineError('api.malformed-chunk', { reason });
}

/**
 * Waits until there is more to read; fails when nothing comes any more. Leaves no listener behind: a forgotten
 * `readable` one would change how the socket is read later.
 */
async function more(socket: Duplex, missing: number): Promise<void> {
  if (socket.readableEnded || socket.destroyed) throw engineError('api.body-cut-off', { missing });
  const settled = new AbortController();
  const { signal } = settled;
  const waits = ['readable', 'end', 'close'].map((event) => once(socket, event, { signal }));
  await Promise.race(waits).finally(() => settled.abort());
  await Promise.allSettled(waits);
}
