import { type ClientRequest, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';

export interface InjectOptions {
  readonly method?: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON with its content type. */
  readonly body?: object | string | Buffer;
}

export interface InjectedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON. */
  json(): unknown;
}

/** Sends one request to a server that listens nowhere, and reads the whole answer. */
export async function inject(server: Server, options: InjectOptions): Promise<InjectedReply> {
  const client = openRequest(server, options);
  const { promise, resolve, reject } = Promise.withResolvers<InjectedReply>();
  client.on('error', reject);
  client.on('response', async (response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as unknown,
    });
  });
  client.end(bodyBytes(options.body));
  return promise;
}

/** The client's end of a connection to the server, for raw bytes. */
export function connect(server: Server): Duplex {
  const [client, remote] = duplexPair();
  client.once('close', () => remote.destroy());
  server.emit('connection', remote);
  return client;
}

/** A request whose sending and answer the caller drives. */
export function openRequest(server: Server, options: InjectOptions): ClientRequest {
  const body = bodyBytes(options.body);
  const isObject = typeof options.body === 'object' && !Buffer.isBuffer(options.body);
  return request({
    method: options.method ?? 'GET',
    path: options.url,
    headers: {
      Host: 'berth',
      ...(isObject ? { 'Content-Type': 'application/json' } : {}),
      ...(body === undefined ? {} : { 'Content-Length': body.length }),
      ...options.headers,
    },
    createConnection: () => connect(server),
  });
}

function bodyBytes(body: InjectOptions['body']): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
