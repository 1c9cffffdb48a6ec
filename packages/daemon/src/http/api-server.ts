import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import { apiVersion } from '@berth/engine-api';
import { engineError, isEngineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import type { Authorizer } from '../authorization/authorizer.ts';
import { requestFacts } from '../authorization/request-facts.ts';
import { seenBody } from '../authorization/seen-body.ts';
import type { Logger } from '../logging/logger.ts';
import { acceptWebSocket } from '../websocket/handshake.ts';
import { WebSocketStream } from '../websocket/web-socket-stream.ts';
import type { ApiReply } from './api-reply.ts';
import type { Dispatcher, RawRequest } from './dispatcher.ts';
import { lingerAtEnd } from './linger-at-end.ts';
import { LiveRequests } from './live-requests.ts';
import { rawError, runHijack, skipBody, takeSocket, writeRawReply } from './raw-connection.ts';
import { writeError, writeReply } from './reply-writer.ts';
import { upgradeBody } from './upgrade-body.ts';

export interface ApiServerOptions {
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
  /** Asked about every request and answer when it is active. */
  readonly authorizer?: Authorizer;
  /** Value of the `Server` header, for example `Berth/0.1.0 (linux)`. */
  readonly product: string;
}

/**
 * The HTTP side of the daemon. `attach` makes one Node server per listener; all share the dispatcher.
 * Connections may also be handed in with `server.emit('connection', duplex)`, without any socket.
 */
export class ApiServer {
  readonly live = new LiveRequests();
  readonly #connections = new Set<Duplex>();
  readonly #dispatcher: Dispatcher;
  readonly #logger: Logger;
  readonly #identity: Readonly<Record<string, string>>;

  readonly #authorizer: Authorizer | undefined;

  constructor({ dispatcher, logger, product, authorizer }: ApiServerOptions) {
    this.#dispatcher = dispatcher;
    this.#logger = logger;
    this.#authorizer = authorizer;
    this.#identity = { 'Api-Version': apiVersion, Ostype: 'linux', Server: product };
  }

  /** A plain server by default; pass one made by `https.createServer` for TLS. */
  attach(server: Server = createServer(serverOptions(this.#dispatcher))): Server {
    server.requestTimeout = 0;
    server.headersTimeout = 60_000;
    server.keepAliveTimeout = 0;
    server.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
    });
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request, socket, head) => void this.#serveUpgrade(request, socket, head));
    return server;
  }

  /** Options that every server given to `attach` must be made with. */
  serverOptions(): ReturnType<typeof serverOptions> {
    return serverOptions(this.#dispatcher);
  }

  /** Cuts every connection, also those that carry raw streams. */
  destroyConnections(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const live = this.#begin(request);
    lingerAtEnd(request);
    for (const [name, value] of Object.entries(this.#identity)) response.setHeader(name, value);
    response.on('close', () => live.abort.abort());
    try {
      const reply = await this.#answer(request, request, live.abort.signal);
      if (reply.kind === 'hijack') {
        await skipBody(request, request);
        const socket = await takeSocket(request, response);
        socket.once('close', () => live.abort.abort());
        await runHijack(socket, reply, false);
      } else if (reply.kind === 'websocket') {
        throw engineError('api.web-socket', { reason: 'the connection is not upgraded' });
      } else {
        await loopTurn();
        await writeReply(response, reply);
      }
    } catch (error) {
      this.#report(request, error);
      writeError(response, error);
    } finally {
      live.end();
      if (!request.readableEnded) request.resume();
    }
  }

  async #serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const live = this.#begin(request);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => live.abort.abort());
    if (head.length > 0) socket.unshift(head);
    try {
      const accepted = acceptance(request, this.#identity);
      const body = upgradeBody(request, socket);
      const reply = await this.#answer(request, body, live.abort.signal);
      if (reply.kind === 'hijack') {
        await skipBody(request, body);
        await runHijack(socket, reply, true);
      } else if (reply.kind === 'websocket') {
        socket.write(accepted);
        await reply.run(new WebSocketStream(socket, reply));
      } else if (reply.kind === 'json' || reply.kind === 'empty' || reply.kind === 'text') {
        writeRawReply(socket, reply, this.#identity);
      } else throw new TypeError(`${reply.kind} answer to an upgrade request`);
    } catch (error) {
      this.#report(request, error);
      if (!socket.writableEnded) writeRawReply(socket, rawError(error), this.#identity);
    } finally {
      live.end();
    }
  }

  /** The handler's answer, once plug-ins have allowed request and answer. */
  async #answer(
    request: IncomingMessage,
    body: RawRequest['stream'],
    signal: AbortSignal,
  ): Promise<ApiReply> {
    const authorizer = this.#authorizer;
    if (authorizer?.active !== true) {
      return await this.#dispatcher.dispatch(rawRequest(request, body, signal));
    }
    const { text, stream } = await seenBody(request.url ?? '/', request.headers, body);
    const facts = {
      ...requestFacts(request),
      ...(text === undefined ? {} : { RequestBody: text.toString('base64') }),
    };
    await authorizer.request(facts);
    const reply = await this.#dispatcher.dispatch(rawRequest(request, stream, signal));
    try {
      await authorizer.reply(facts, reply);
    } catch (error) {
      discardReply(reply);
      throw error;
    }
    return reply;
  }

  #begin(request: IncomingMessage) {
    const { method = 'GET', url = '/' } = request;
    this.#logger.debug('api', `Calling ${method} ${url}`);
    return this.live.begin(method, url);
  }

  #report(request: IncomingMessage, error: unknown): void {
    const what = `${request.method} ${request.url}`;
    if (isEngineError(error)) {
      this.#logger.debug('api', `${what}: ${error.message}`, { code: error.code });
    } else {
      this.#logger.error('api', `Handler for ${what} failed`, { error });
    }
  }
}

/** The head that a WebSocket is to be accepted with; empty for other upgrades. Fails before anything was done. */
function acceptance(request: IncomingMessage, identity: Readonly<Record<string, string>>): string {
  const wanted = request.headers.upgrade?.toLowerCase() === 'websocket';
  return wanted ? acceptWebSocket(request, identity) : '';
}

/** Lets go of what an answer that is not given holds. */
function discardReply(reply: ApiReply): void {
  if (reply.kind === 'stream') reply.stream.destroy();
  if (reply.kind !== 'hijack' && reply.kind !== 'websocket') return;
  const nobody = new PassThrough();
  reply.run(nobody).catch(() => undefined);
  nobody.destroy();
}

/** Headers may carry registry credentials of many registries, hence the generous limit. */
function serverOptions(dispatcher: Dispatcher) {
  return {
    maxHeaderSize: 256 * 1024,
    noDelay: true,
    shouldUpgradeCallback: ({ headers, method = '', url = '' }: IncomingMessage): boolean =>
      headers.upgrade !== undefined && dispatcher.upgrades(headers.upgrade, method, url),
  };
}

function rawRequest(
  request: IncomingMessage,
  stream: RawRequest['stream'],
  signal: AbortSignal,
): RawRequest {
  const { method = 'GET', url = '/', headers } = request;
  return { method, url, headers, stream, signal };
}
