import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Answers a request on the bare socket; `rest` holds the bytes behind the head. */
export type Answer = (socket: Socket, request: SeenRequest, rest: Buffer) => void;

/** A server on a unix socket that answers byte for byte as a test says. */
export class FakeEngine implements AsyncDisposable {
  readonly host: string;
  readonly requests: SeenRequest[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'berth-fake-'));
  readonly #server: Server;
  readonly #answer: Answer;
  readonly #sockets = new Set<Socket>();

  constructor(answer: Answer) {
    this.host = `unix://${this.#folder}/d.sock`;
    this.#answer = answer;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  }

  static async start(answer: Answer): Promise<FakeEngine> {
    const engine = new FakeEngine(answer);
    await new Promise<void>((resolve) => {
      engine.#server.listen(engine.host.slice('unix://'.length), resolve);
    });
    return engine;
  }

  #serve(socket: Socket): void {
    let seen: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    const take = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', take);
      const [first = '', ...lines] = seen.toString('latin1', 0, end).split('\r\n');
      const [method = '', url = ''] = first.split(' ');
      const headers = new Map(
        lines.map((line): [string, string] => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }),
      );
      const request = { method, url, headers };
      this.requests.push(request);
      if (url === '/_ping')
        socket.end('HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nOstype: linux\r\n\r\n');
      else this.#answer(socket, request, seen.subarray(end + 4));
    };
    socket.on('data', take);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A whole JSON answer. */
export function jsonAnswer(value: unknown, status = 200): string {
  const body = JSON.stringify(value);
  return `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
