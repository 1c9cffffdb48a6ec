import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import { forwardPort } from './forward-port.ts';
import { sendFaulty } from './send-faulty.ts';

/** What goes wrong with an answer. Byte counts concern the body of the answer. */
export type Fault =
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The connection is reset before anything is answered. */
  | { readonly kind: 'reset' }
  /** The connection stays open and nothing more comes after so many bytes. */
  | { readonly kind: 'stall'; readonly after: number }
  /** One byte of the body is another. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** The body comes in small pieces. */
  | { readonly kind: 'chop'; readonly size: number }
  /** So many bytes at a time, with a pause between them. */
  | { readonly kind: 'slow'; readonly size: number; readonly pauseMilliseconds: number }
  /** The head announces another length than the body has; `ends` closes the answer properly all the same. */
  | { readonly kind: 'length'; readonly length: number }
  /** The whole answer instead of the registry's. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  /** The range that was asked for is ignored: everything is sent with status 200. */
  | { readonly kind: 'no-ranges' }
  /** Called instead of the registry. */
  | {
      readonly kind: 'handler';
      readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
    };

export interface InjectedFault {
  readonly method?: string;
  /** Tested on path and query. */
  readonly path?: RegExp;
  /** How many requests it hits; default 1. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface ProxiedRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Status that the client got, or 0. */
  status: number;
  /** Bytes of the body that the client was sent. */
  sentBytes: number;
  /** The fault that hit it. */
  readonly fault: Fault | undefined;
}

/**
 * Stands before a registry on a port of 127.0.0.1, records what is asked and does to answers what it is
 * told to. `await using` ends it.
 */
export class FaultProxy implements AsyncDisposable {
  readonly requests: ProxiedRequest[] = [];
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #forwards: AsyncDisposable[] = [];
  #faults: { readonly what: InjectedFault; left: number }[] = [];

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.keepAliveTimeout = 30_000;
  }

  /** `upstream` is a base URL such as `http://127.0.0.1:5000`. */
  static async start(upstream: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(upstream);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Hits the next requests that fit. Faults are tried in the order in which they were given. */
  inject(...faults: readonly InjectedFault[]): void {
    this.#faults.push(...faults.map((what) => ({ what, left: what.times ?? 1 })));
  }

  /** Forgets faults and recorded requests. */
  clear(): void {
    this.#faults = [];
    this.requests.length = 0;
  }

  /** Faults that have not hit everything they were meant for. */
  get pendingFaults(): number {
    return this.#faults.filter(({ left }) => left > 0 && left !== Number.POSITIVE_INFINITY).length;
  }

  /** Body bytes sent for requests whose path fits. */
  sentBytes(path: RegExp): number {
    return this.requests
      .filter((request) => path.test(request.path))
      .reduce((sum, request) => sum + request.sentBytes, 0);
  }

  async exposeTo(pid: number): Promise<void> {
    this.#forwards.push(await forwardPort(pid, this.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const forward of this.#forwards) await forward[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(method: string, path: string): Fault | undefined {
    const found = this.#faults.find(
      ({ what, left }) =>
        left > 0 &&
        (what.method === undefined || what.method === method) &&
        (what.path === undefined || what.path.test(path)),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.what.fault;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = request;
    const fault = this.#take(method, path);
    const record: ProxiedRequest = { method, path, headers, status: 0, sentBytes: 0, fault };
    this.requests.push(record);
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    if (fault?.kind === 'reset') {
      request.socket.resetAndDestroy();
    } else if (fault?.kind === 'handler') {
      fault.handle(request, response);
    } else if (fault?.kind === 'answer') {
      record.status = fault.status;
      request.resume();
      response.writeHead(fault.status, fault.headers);
      response.end(fault.body);
    } else {
      this.#forward(request, response, record);
    }
  }

  #forward(request: IncomingMessage, response: ServerResponse, record: ProxiedRequest): void {
    const headers = { ...request.headers };
    if (record.fault?.kind === 'no-ranges') delete headers.range;
    const { hostname, port } = this.#upstream;
    const upstream = sendRequest(
      { hostname, port, method: record.method, path: record.path, headers, agent: false },
      (answer) => sendFaulty(answer, response, record),
    );
    upstream.once('error', () => response.destroy());
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  }
}
