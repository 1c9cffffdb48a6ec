import { type Duplex, Readable, type Writable } from 'node:stream';
import { engineError, isEngineError } from '@berth/errors';
import { type BodyDecoder, bodyDecoderFor } from './body-framing.ts';
import { type DialTarget, dial } from './dial.ts';
import {
  encodeRequestHead,
  endOfHead,
  maxHeadBytes,
  parseResponseHead,
  type ResponseHead,
} from './http-head.ts';

/** What a request sends: nothing, all bytes at once, or a stream (sent chunked, with back-pressure). */
export type RequestBody = Uint8Array | AsyncIterable<Uint8Array> | undefined;

export interface ExchangeRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
}

export interface Exchange {
  readonly head: ResponseHead;
  readonly socket: Duplex;
  /** Bytes that arrived behind the head. */
  readonly rest: Buffer;
}

/**
 * Sends one request on its own connection and resolves when the response's head is there; the caller
 * owns the socket (paused) from then on. A streamed body keeps flowing in the background; when the
 * daemon answers early, what is left of it is given up.
 */
export async function exchange(target: DialTarget, request: ExchangeRequest): Promise<Exchange> {
  const socket = await dial(target, request.signal);
  socket.on('error', () => {});
  const abort = () => socket.destroy(asError(request.signal?.reason));
  request.signal?.addEventListener('abort', abort, { once: true });
  socket.once('close', () => request.signal?.removeEventListener('abort', abort));
  const headers = framedHeaders(request);
  const sending = send(socket, encodeRequestHead({ ...request, headers }), request.body);
  try {
    const failed = sending.then(() => new Promise<never>(() => {}));
    const answer = readHead(socket, target.host);
    answer.catch(() => {});
    return await Promise.race([answer, failed.catch((error) => preferAnswer(answer, error))]);
  } catch (error) {
    socket.destroy();
    request.signal?.throwIfAborted();
    throw error;
  }
}

async function preferAnswer(answer: Promise<Exchange>, error: unknown): Promise<Exchange> {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== 'EPIPE' && code !== 'ECONNRESET') throw error;
  return await answer;
}

function framedHeaders(request: ExchangeRequest): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers };
  if (request.body instanceof Uint8Array) headers['Content-Length'] = String(request.body.length);
  else if (request.body !== undefined) headers['Transfer-Encoding'] = 'chunked';
  else if (request.method === 'POST' || request.method === 'PUT') headers['Content-Length'] = '0';
  return headers;
}

async function send(socket: Duplex, head: Buffer, body: RequestBody): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    socket.write(body === undefined ? head : Buffer.concat([head, body]));
    return;
  }
  socket.write(head);
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    socket.write(chunk);
    const room = socket.write('\r\n', 'latin1');
    socket.uncork();
    if (!room) await drained(socket);
    if (socket.destroyed || socket.writableEnded) return;
  }
  socket.write('0\r\n\r\n', 'latin1');
}

/** Resolves when the socket takes more bytes, or will never do so again. */
export function drained(socket: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      socket.off('drain', settle);
      socket.off('close', settle);
      resolve();
    };
    if (socket.destroyed) resolve();
    socket.once('drain', settle);
    socket.once('close', settle);
  });
}

function readHead(socket: Duplex, host: string): Promise<Exchange> {
  let seen: Buffer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      socket.off('error', onError);
      socket.pause();
      action();
    };
    const onData = (chunk: Buffer) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const end = endOfHead(seen);
      if (end < 0 && seen.length <= maxHeadBytes) return;
      const head = end < 0 ? undefined : parseResponseHead(seen.subarray(0, end));
      if (head === undefined) settle(() => reject(notHttp(host, seen)));
      else if (head.status >= 100 && head.status < 200 && head.status !== 101) {
        seen = Buffer.from(seen.subarray(end));
        if (seen.length > 0) onData(Buffer.alloc(0));
      } else settle(() => resolve({ head, socket, rest: seen.subarray(end) }));
    };
    const onEnd = () => {
      const reason = seen.length === 0 ? 'no answer came' : 'the answer was cut off';
      settle(() => reject(engineError('client.connection-lost', { host, reason })));
    };
    const onError = (error: Error) =>
      settle(() =>
        reject(
          isEngineError(error)
            ? error
            : engineError(
                'client.connection-lost',
                { host, reason: error.message },
                { cause: error },
              ),
        ),
      );
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', onError);
  });
}

function notHttp(host: string, seen: Buffer): Error {
  if (seen[0] === 0x15 && seen[1] === 0x03) return engineError('client.plain-to-tls', { host });
  const reason = JSON.stringify(seen.toString('latin1', 0, 60));
  return engineError('client.bad-response', { host, reason });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason ?? 'aborted'));
}

/**
 * The response's body as text. It reads the connection itself: of a short answer, making a stream would be most of the
 * work. Throws client.connection-lost when the connection ends early.
 */
export function responseText(answer: Exchange, method: string, host: string): Promise<string> {
  const { socket, rest } = answer;
  const decoder = bodyDecoderFor(answer.head, method);
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      for (const event of ['end', 'close']) socket.off(event, ended);
      socket.off('data', take);
      socket.destroy();
      if (error === undefined) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(error);
    };
    const ended = () => settle(decoder.endsWithConnection ? undefined : cutOff(socket, host));
    const take = (chunk: Buffer) => {
      try {
        for (const part of decoder.push(chunk)) parts.push(part);
      } catch (error) {
        const reason = (error as Error).message;
        return settle(engineError('client.bad-response', { host, reason }, { cause: error }));
      }
      if (decoder.done) settle();
    };
    socket.on('end', ended);
    socket.on('close', ended);
    socket.on('data', take);
    take(rest);
    if (!decoder.done) socket.resume();
  });
}

/** Why a connection ended early: the caller's signal, or the network. */
function cutOff(socket: Duplex, host: string): Error {
  const error = socket.errored as NodeJS.ErrnoException | null;
  if (error !== null && error.syscall === undefined) return asError(error);
  return engineError('client.connection-lost', { host, reason: 'the answer was cut off' });
}

/**
 * The response's body as a stream, with back-pressure onto the connection. Destroying the stream closes
 * the connection; a connection that ends early makes the stream fail with client.connection-lost.
 */
export function responseBody(answer: Exchange, method: string, host: string): Readable {
  const decoder = bodyDecoderFor(answer.head, method);
  const body = new ResponseBody(answer.socket, decoder, host);
  body.start(answer.rest);
  return body;
}

class ResponseBody extends Readable {
  readonly #socket: Duplex;
  readonly #decoder: BodyDecoder;
  readonly #host: string;
  #finished = false;

  constructor(socket: Duplex, decoder: BodyDecoder, host: string) {
    super({ highWaterMark: 256 * 1024 });
    this.#socket = socket;
    this.#decoder = decoder;
    this.#host = host;
  }

  start(rest: Buffer): void {
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('end', () => this.#connectionEnded());
    this.#socket.on('close', () => this.#connectionEnded());
    this.#socket.pause();
    if (rest.length > 0) this.#take(rest);
    else if (this.#decoder.done) this.#finish();
  }

  override _read(): void {
    if (!this.#finished) this.#socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#finished = true;
    this.#socket.destroy();
    callback(error);
  }

  #take(chunk: Buffer): void {
    if (this.#finished) return;
    try {
      for (const part of this.#decoder.push(chunk)) {
        if (!this.push(part)) this.#socket.pause();
      }
    } catch (error) {
      const reason = (error as Error).message;
      this.destroy(engineError('client.bad-response', { host: this.#host, reason }));
      return;
    }
    if (this.#decoder.done) this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.push(null);
    this.#socket.destroy();
  }

  #connectionEnded(): void {
    if (this.#finished) return;
    if (this.#decoder.endsWithConnection) this.#finish();
    else this.destroy(cutOff(this.#socket, this.#host));
  }
}
