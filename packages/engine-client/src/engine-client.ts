import type { Duplex, Readable } from 'node:stream';

import { apiErrorFrom } from './api-error.ts';
import { negotiatedApiVersion } from './api-version.ts';
import { type DialTarget, dial, type TlsOptions } from './dial.ts';
import { parseEngineHost } from './engine-host.ts';
import { type Exchange, exchange, type RequestBody, responseBody } from './http-exchange.ts';
import { jsonLines } from './json-lines.ts';

/** Query parameters: absent, empty-list and undefined ones are left out; objects are sent as JSON. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | object | undefined>
>;

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; a stream is sent chunked. */
  readonly body?: RequestBody;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface PingResult {
  readonly apiVersion: string | undefined;
  readonly osType: string;
}

export interface StreamedResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readable;
}

/** A connection taken over after the head: both directions are the container's streams. */
export interface HijackedConnection {
  readonly socket: Duplex;
  /** Bytes that came with the head; they belong before everything read from the socket. */
  readonly rest: Buffer;
  /** True when output comes in 8-byte-header frames, false when raw, undefined when the daemon does not say. */
  readonly multiplexed: boolean | undefined;
}

export interface EngineClientOptions {
  readonly host: string;
  readonly tls?: TlsOptions | undefined;
  /** A fixed API version; without it the version is negotiated by the first call. */
  readonly version?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly userAgent?: string;
}

/**
 * A client of one daemon. Every call opens a connection of its own, so calls never wait for each other.
 * Refusals throw ApiError; a daemon that cannot be reached throws an EngineError of area `client`. An
 * aborted signal closes the connection (which cancels the work in the daemon) and throws its reason.
 */
export interface EngineClient {
  readonly host: string;
  /** The version in use; negotiated with one HEAD /_ping when it was not fixed. */
  apiVersion(): Promise<string>;
  ping(signal?: AbortSignal): Promise<PingResult>;
  /** The parsed JSON of the answer, or undefined when the answer has no body. */
  json<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** The answer's text exactly as received. */
  text(method: string, path: string, options?: CallOptions): Promise<string>;
  /** Resolves when the head is there; the caller reads the body or destroys it. */
  stream(method: string, path: string, options?: CallOptions): Promise<StreamedResponse>;
  /** The JSON lines of a long answer (events, progress, stats). */
  lines<T>(method: string, path: string, options?: CallOptions): AsyncGenerator<T>;
  /** Takes over the connection (attach, exec start). The socket is paused; the caller resumes and closes it. */
  hijack(method: string, path: string, options?: CallOptions): Promise<HijackedConnection>;
  /** A bare connection to the daemon, on which the caller speaks HTTP itself. */
  connect(signal?: AbortSignal): Promise<Duplex>;
}

/** Makes a client; nothing is opened until the first call. Throws client.bad-host at once. */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  return new HttpEngineClient(options);
}

class HttpEngineClient implements EngineClient {
  readonly host: string;
  readonly #target: DialTarget;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  #version: Promise<string> | undefined;

  constructor(options: EngineClientOptions) {
    this.host = options.host;
    const address = parseEngineHost(options.host, options.tls !== undefined);
    this.#basePath = address.kind === 'tcp' ? address.basePath : '';
    this.#target =
      options.tls === undefined
        ? { host: options.host, address }
        : { host: options.host, address, tls: options.tls };
    this.#headers = {
      Host: address.kind === 'tcp' ? `${address.hostname}:${address.port}` : 'api.moby.localhost',
      'User-Agent': options.userAgent ?? 'Berth-Client/0.1.0 (linux)',
      ...options.headers,
    };
    if (options.version) this.#version = Promise.resolve(options.version);
  }

  connect(signal?: AbortSignal): Promise<Duplex> {
    return dial(this.#target, signal);
  }

  apiVersion(): Promise<string> {
    if (this.#version === undefined) {
      this.#version = this.ping().then((result) => negotiatedApiVersion(result.apiVersion));
      this.#version.catch(() => {
        this.#version = undefined;
      });
    }
    return this.#version;
  }

  async ping(signal?: AbortSignal): Promise<PingResult> {
    const answer = await exchange(this.#target, {
      method: 'HEAD',
      target: `${this.#basePath}/_ping`,
      headers: { ...this.#headers, Connection: 'close' },
      signal,
    });
    answer.socket.destroy();
    return {
      apiVersion: answer.head.headers.get('api-version'),
      osType: answer.head.headers.get('ostype') ?? 'linux',
    };
  }

  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const text = await this.text(method, path, options);
    return (text.trim() === '' ? undefined : JSON.parse(text)) as T;
  }

  async text(method: string, path: string, options: CallOptions = {}): Promise<string> {
    const response = await this.stream(method, path, options);
    return readAll(response.body);
  }

  async stream(method: string, path: string, options: CallOptions = {}): Promise<StreamedResponse> {
    const answer = await this.#call(method, path, options, { Connection: 'close' });
    const body = responseBody(answer, method, this.host);
    const { status, headers } = answer.head;
    return { status, headers, body };
  }

  async *lines<T>(method: string, path: string, options: CallOptions = {}): AsyncGenerator<T> {
    const response = await this.stream(method, path, options);
    try {
      yield* jsonLines<T>(response.body);
    } finally {
      response.body.destroy();
    }
  }

  async hijack(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<HijackedConnection> {
    const answer = await this.#call(method, path, options, {
      Connection: 'Upgrade',
      Upgrade: 'tcp',
    });
    const type = answer.head.headers.get('content-type');
    const multiplexed = type?.includes('multiplexed-stream')
      ? true
      : type?.includes('raw-stream') && answer.head.status === 101
        ? rawStreamMeaning(await this.apiVersion())
        : undefined;
    return { socket: answer.socket, rest: answer.rest, multiplexed };
  }

  async #call(
    method: string,
    path: string,
    options: CallOptions,
    connection: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    const version = await this.apiVersion();
    const json = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json));
    const answer = await exchange(this.#target, {
      method,
      target: `${this.#basePath}/v${version}${path}${encodeQuery(options.query)}`,
      headers: {
        ...this.#headers,
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...options.headers,
        ...connection,
      },
      body: json ?? options.body,
      signal: options.signal,
    });
    if (answer.head.status >= 400) {
      const body = await readAll(responseBody(answer, method, this.host));
      throw apiErrorFrom(answer.head.status, answer.head.reason, body);
    }
    return answer;
  }
}

/** Since API 1.42 `raw-stream` means what it says; before, it was sent for frames as well. */
function rawStreamMeaning(version: string): false | undefined {
  return Number(version.split('.')[1]) >= 42 ? false : undefined;
}

async function readAll(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** `?a=1&b=2`, or nothing when there is no parameter to send. */
export function encodeQuery(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) parameters.append(name, item);
    else if (typeof value === 'boolean') parameters.append(name, value ? '1' : '0');
    else if (typeof value === 'object') parameters.append(name, JSON.stringify(value));
    else parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
