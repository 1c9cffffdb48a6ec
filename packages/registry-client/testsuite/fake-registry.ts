import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseReference, type Reference } from '@berth/oci';
import {
  createRegistryClient,
  type RegistryClient,
  type Timeouts,
  timeoutsFor,
} from '../src/index.ts';
import type { RegistryConfiguration } from '../src/registry-configuration.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  body: Buffer;
}

export type FakeHandler = (
  request: SeenRequest,
  response: ServerResponse,
  message: IncomingMessage,
) => void;

/** A server of a test's own on 127.0.0.1 that answers what it is told to, and remembers what it was asked. */
export class FakeRegistry implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #server = createServer((message, response) => void this.#serve(message, response));
  /** Answers when the whole body has come. */
  handler: FakeHandler = (_, response) => response.writeHead(404).end();

  static async start(handler?: FakeHandler): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    if (handler !== undefined) registry.handler = handler;
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** `METHOD path` of all requests. */
  get lines(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  reference(path = 'a/b'): Reference {
    return parseReference(`${this.host}/${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = message;
    const seen: SeenRequest = { method, path: url, headers, body: Buffer.alloc(0) };
    this.requests.push(seen);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of message) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    seen.body = Buffer.concat(chunks);
    this.handler(seen, response, message);
  }
}

/** A client that does not wait between attempts. */
export function fakeClient(
  configuration: Partial<RegistryConfiguration> = {},
  now: () => number = Date.now,
  timeouts: Partial<Timeouts> = {},
): RegistryClient {
  return createRegistryClient({
    configuration: () => ({
      ...{ mirrors: [], insecure: [], registries: {}, certificateFolders: [] },
      proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
      downloadAttempts: 3,
      ...configuration,
    }),
    now,
    pause: () => Promise.resolve(),
    timeouts: () => ({ ...timeoutsFor(60), ...timeouts }),
  });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
