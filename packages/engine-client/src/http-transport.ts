import { type Duplex, PassThrough } from 'node:stream';
import { apiErrorFrom } from './api-error.ts';
import { negotiatedApiVersion } from './api-version.ts';
import { abortable, withDeadline } from './deadline.ts';
import { type DialTarget, dial, type TlsOptions } from './dial.ts';
import { parseEngineHost } from './engine-host.ts';
import type {
  CallOptions,
  EngineTransport,
  HijackedConnection,
  HijackOptions,
  PingResult,
  Query,
  StreamedResponse,
} from './engine-transport.ts';
import { type Exchange, exchange, responseBody, responseText } from './http-exchange.ts';
import { jsonLines } from './json-lines.ts';
import { framedByType } from './stream-framing.ts';

export interface TransportOptions {
  readonly host: string;
  readonly tls?: TlsOptions | undefined;
  /** A fixed API version; without it the version is negotiated by the first call. */
  readonly version?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly userAgent?: string;
  /** For every call that has none of its own: see CallOptions. */
  readonly timeout?: number | undefined;
}

/** Makes a transport; nothing is opened until the first call. Throws client.bad-host at once. */
export function createHttpTransport(options: TransportOptions): EngineTransport {
  return new HttpTransport(options);
}

/** The question which version the daemon speaks, shared by all calls. */
interface Negotiation {
  readonly version: Promise<string>;
  /** Absent when the first who waits has no signal: the request is then wanted to its end. */
  readonly stop: AbortController | undefined;
  waiting: number;
}

class HttpTransport implements EngineTransport {
  readonly host: string;
  readonly #target: DialTarget;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeout: number | undefined;
  #negotiation: Negotiation | undefined;

  constructor(options: TransportOptions) {
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
    this.#timeout = options.timeout;
    if (options.version) {
      const version = Promise.resolve(options.version);
      this.#negotiation = { version, stop: undefined, waiting: 0 };
    }
  }

  connect(signal?: AbortSignal): Promise<Duplex> {
    return dial(this.#target, signal);
  }

  apiVersion(): Promise<string> {
    return this.#versionFor({});
  }

  /** The version, for one of those who wait for it: when the last of them gives up, so does the request. */
  async #versionFor({ signal }: CallOptions): Promise<string> {
    this.#negotiation ??= this.#negotiate(signal !== undefined);
    const negotiation = this.#negotiation;
    negotiation.waiting += 1;
    try {
      return await abortable(negotiation.version, signal);
    } finally {
      negotiation.waiting -= 1;
      if (negotiation.waiting === 0 && signal?.aborted) negotiation.stop?.abort(signal.reason);
    }
  }

  #negotiate(stoppable: boolean): Negotiation {
    const stop = stoppable ? new AbortController() : undefined;
    const version = this.ping(stop?.signal).then(({ apiVersion }) =>
      negotiatedApiVersion(apiVersion),
    );
    version.catch(() => {
      this.#negotiation = undefined;
    });
    return { version, stop, waiting: 0 };
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

  text(method: string, path: string, options: CallOptions = {}): Promise<string> {
    return withDeadline(this.host, this.#limits(options), async (signal) => {
      const answer = await this.#request(method, path, { ...options, signal }, closing);
      return responseText(answer, method, this.host);
    });
  }

  async stream(method: string, path: string, options: CallOptions = {}): Promise<StreamedResponse> {
    const answer = await this.#call(method, path, options, closing);
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
    options: HijackOptions = {},
  ): Promise<HijackedConnection> {
    const upgrade = { Connection: 'Upgrade', Upgrade: options.upgrade ?? 'tcp' };
    const answer = await this.#call(method, path, options, upgrade);
    const framed = framedByType(answer.head.headers.get('content-type'), await this.apiVersion());
    const upgraded = answer.head.status === 101;
    // Without the upgrade the type does not tell what follows.
    const multiplexed = framed === false && !upgraded ? undefined : framed;
    if (!upgraded && answer.head.headers.get('content-length') === '0') {
      // A detached exec: there is nothing to take over, and the daemon would keep the connection for more requests.
      answer.socket.destroy();
      return { socket: new PassThrough().end(), rest: answer.rest, multiplexed: false };
    }
    return { socket: answer.socket, rest: answer.rest, multiplexed };
  }

  #limits({ signal, timeout = this.#timeout }: CallOptions) {
    return { signal, timeout };
  }

  /** Like `request`, with the time limit until the head is there. */
  #call(
    method: string,
    path: string,
    options: CallOptions,
    connection: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    return withDeadline(this.host, this.#limits(options), (signal) =>
      this.#request(method, path, { ...options, signal }, connection),
    );
  }

  async #request(
    method: string,
    path: string,
    options: CallOptions,
    connection: Readonly<Record<string, string>>,
  ): Promise<Exchange> {
    const version = await this.#versionFor(options);
    const json = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json));
    const answer = await exchange(this.#target, {
      method,
      target: `${this.#basePath}/v${version}${withQuery(path, options.query)}`,
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
      const body = await responseText(answer, method, this.host);
      throw apiErrorFrom(answer.head.status, answer.head.reason, body);
    }
    return answer;
  }
}

const closing = { Connection: 'close' };

/** `?a=1&b=2`, or nothing when there is no parameter to send. */
export function encodeQuery(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) for (const item of value) parameters.append(name, queryText(item));
    else if (value !== undefined) parameters.append(name, queryText(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The path with the query; a path may have parameters of its own. */
function withQuery(path: string, query: Query | undefined): string {
  const text = encodeQuery(query);
  return path.includes('?') ? path + text.replace('?', '&') : path + text;
}

function queryText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Date) return String(value.getTime() / 1000);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
