import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as sendHttp,
} from 'node:http';
import { request as sendHttps } from 'node:https';
import { chooseProxy } from './choose-proxy.ts';
import { connectionError, timeoutError } from './connection-error.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { HttpAnswer, HttpRequest, StreamedBody } from './http-exchange.ts';
import { inspectCertificate } from './inspect-certificate.ts';
import { Lanes } from './lanes.ts';
import type { ProxySettings } from './registry-configuration.ts';
import { sendBody } from './send-body.ts';
import type { Timeouts } from './timeouts.ts';

export interface TransportOptions {
  /** Read for every request. */
  readonly proxy: () => ProxySettings;
  readonly timeouts: () => Timeouts;
  readonly userAgent: string;
}

/**
 * Sends single HTTP/1.1 requests over connections that are kept open. No redirects, no credentials, no retries but one:
 * a kept connection that the server closed in the meantime is replaced by a new one.
 */
export class HttpTransport implements Disposable {
  readonly #options: TransportOptions;
  readonly #pool = new ConnectionPool();
  readonly #lanes = new Lanes();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the head of the answer is there, whatever its status. Fails with an EngineError
   * (registry.unreachable, connection-lost, timeout, tls, plain-http, proxy) or the signal's reason. The
   * stream of a body is destroyed when the request fails.
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    request.signal?.throwIfAborted();
    const leave = await this.#lanes.enter(
      request.url.host,
      request.lane ?? 'control',
      request.signal,
    );
    try {
      const answer = await this.#sendOnce(request, true);
      answer.body.once('close', leave);
      return answer;
    } catch (error) {
      leave();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }

  async #sendOnce(request: HttpRequest, mayRepeat: boolean): Promise<HttpAnswer> {
    const { url, trust, signal } = request;
    const proxy = chooseProxy(url, this.#options.proxy());
    const attempt = new Attempt(request, { ...this.#options.timeouts(), ...request.timeouts });
    try {
      const agent = await this.#pool.agent(url, trust, proxy);
      return await attempt.run({ agent }, this.#options.userAgent);
    } catch (error) {
      signal?.throwIfAborted();
      if (mayRepeat && attempt.wasStale && !isStreamed(request.body)) {
        return this.#sendOnce(request, false);
      }
      const inspect = async () => {
        const anybody = { ...trust, insecure: true, authorities: [] };
        return inspectCertificate(url, await this.#pool.agent(url, anybody, proxy));
      };
      throw await connectionError(error as Error, request, proxy, inspect);
    }
  }
}

/** One request on one connection. */
class Attempt {
  readonly #request: HttpRequest;
  readonly #timeouts: Timeouts;
  #sent: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Until then the limit of the connection counts, whatever is written. */
  #connected = false;
  /** No limit is set for what is over. */
  #over = false;

  constructor(request: HttpRequest, timeouts: Timeouts) {
    this.#request = request;
    this.#timeouts = timeouts;
  }

  /** True when the connection had been used before: the server may have closed it without our noticing. */
  get wasStale(): boolean {
    return this.#sent?.reusedSocket === true;
  }

  run(options: RequestOptions, userAgent: string): Promise<HttpAnswer> {
    const { method, url, headers, body, signal } = this.#request;
    const length = body === undefined ? undefined : body.length;
    const needsLength = length !== undefined || /^P/.test(method);
    return new Promise<HttpAnswer>((resolve, reject) => {
      const send = url.protocol === 'https:' ? sendHttps : sendHttp;
      const sent = send(url, {
        ...options,
        method,
        headers: {
          'user-agent': userAgent,
          ...(needsLength ? { 'content-length': String(length ?? 0) } : {}),
          ...headers,
        },
        ...(signal === undefined ? {} : { signal }),
      });
      this.#sent = sent;
      this.#watch(sent);
      // Errors may follow each other; one without a listener would end the process.
      sent.on('error', (error) => {
        this.#end();
        if (isStreamed(body)) body.stream.destroy();
        reject(error);
      });
      sent.once('response', (response) => {
        this.#end();
        resolve(this.#answer(response));
      });
      void sendBody(sent, body, () => this.#limitWhenConnected('idle')).then(
        () => this.#limitWhenConnected('head'),
        (error) => sent.destroy(error),
      );
    });
  }

  #answer(response: IncomingMessage): HttpAnswer {
    // A failure after the head reaches whoever reads the body; one before anybody does is not unhandled.
    response.on('error', () => undefined);
    return {
      method: this.#request.method,
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      headers: response.headers,
      body: response,
      url: this.#request.url,
    };
  }

  #watch(sent: ClientRequest): void {
    this.#limit('connect');
    sent.once('socket', (socket) => {
      // The agent's time limit for idle connections is not one for requests.
      socket.setTimeout(0);
      const connected = this.#request.url.protocol === 'https:' ? 'secureConnect' : 'connect';
      const ready = () => {
        this.#connected = true;
        this.#limit('head');
      };
      // A connection through a proxy stands when the agent hands it over.
      const { secureConnecting = false } = socket as { secureConnecting?: boolean };
      if (socket.connecting || secureConnecting) socket.once(connected, ready);
      else ready();
    });
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #limitWhenConnected(kind: 'head' | 'idle'): void {
    if (this.#connected) this.#limit(kind);
  }

  /** Ends the request unless the next thing happens in time. */
  #limit(kind: 'connect' | 'head' | 'idle'): void {
    clearTimeout(this.#timer);
    const sent = this.#sent;
    if (sent === undefined || this.#over) return;
    const limit = this.#timeouts[kind];
    this.#timer = setTimeout(() => sent.destroy(timeoutError(this.#request, kind, limit)), limit);
  }
}

function isStreamed(body: Buffer | StreamedBody | undefined): body is StreamedBody {
  return body !== undefined && !Buffer.isBuffer(body);
}
