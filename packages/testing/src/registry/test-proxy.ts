import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import { forwardPort } from './forward-port.ts';

export interface TestProxyOptions {
  /** Where connections to `host:port` really go: a port of 127.0.0.1, or undefined for 502. */
  readonly route: (target: string) => number | undefined;
  /** Asks for this user and password. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** An HTTP proxy (CONNECT and plain requests) on a port of 127.0.0.1 that knows hosts which exist nowhere. */
export class TestProxy implements AsyncDisposable {
  /** `CONNECT host:port` and `GET http://host/…`, in the order in which they came. */
  readonly requests: string[] = [];
  readonly #options: TestProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #forwards: AsyncDisposable[] = [];

  private constructor(options: TestProxyOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket, head) =>
      this.#tunnel(request, socket as Socket, head as Buffer),
    );
  }

  static async start(options: TestProxyOptions): Promise<TestProxy> {
    const proxy = new TestProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** With the login when there is one. */
  get url(): string {
    const { login } = this.#options;
    const user = login === undefined ? '' : `${login.user}:${login.password}@`;
    return `http://${user}127.0.0.1:${this.port}`;
  }

  async exposeTo(pid: number): Promise<void> {
    this.#forwards.push(await forwardPort(pid, this.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const forward of this.#forwards) await forward[Symbol.asyncDispose]();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #refusal(request: IncomingMessage, target: string): number | undefined {
    this.requests.push(`${request.method} ${request.url}`);
    const { login, route } = this.#options;
    const wanted = login && `Basic ${btoa(`${login.user}:${login.password}`)}`;
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) return 407;
    return route(target) === undefined ? 502 : undefined;
  }

  #tunnel(request: IncomingMessage, client: Socket, head: Buffer): void {
    const target = request.url ?? '';
    const refusal = this.#refusal(request, target);
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const server = connect(this.#options.route(target) ?? 0, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    }
    server.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      client.pipe(server).pipe(client);
    });
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://proxy');
    const refusal = this.#refusal(request, url.host);
    if (refusal !== undefined) {
      response.writeHead(refusal).end();
      return;
    }
    const port = this.#options.route(url.host);
    const { method, headers } = request;
    const path = url.pathname + url.search;
    const upstream = sendRequest({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.once('error', () => response.destroy());
    request.pipe(upstream);
  }
}
