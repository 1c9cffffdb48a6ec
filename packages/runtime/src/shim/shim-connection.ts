import type { Duplex } from 'node:stream';
import { engineError } from '@berth/errors';
import type { ShimTarget } from './shim-client.ts';
import { shimFaultError } from './shim-fault-error.ts';
import {
  faultOf,
  LineSplitter,
  numberOf,
  parseShimMessage,
  type ShimMessage,
  type ShimRequest,
} from './shim-messages.ts';

interface PendingRequest {
  readonly op: string;
  readonly target: ShimTarget | undefined;
  readonly resolve: (reply: ShimMessage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A control connection: requests are answered by sequence number, in any order, and events come in
 * between. `onEvent` and `onClose` are called for everything that arrives after they are set; nothing is
 * read before {@link ShimConnection.listen}.
 */
export class ShimConnection {
  readonly #socket: Duplex;
  readonly #id: () => string;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #lines = new LineSplitter();
  #sequence = 0;
  #closed = false;

  /** `id` names the container in errors. */
  constructor(socket: Duplex, id: () => string) {
    this.#socket = socket;
    this.#id = id;
  }

  /** Starts reading. `onClose` is called once, unless close() was called before. */
  listen(onEvent: (event: ShimMessage) => void, onClose: () => void): void {
    const lost = () => {
      if (this.#closed) return;
      this.close();
      onClose();
    };
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        this.#lines.push(chunk);
        for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next())
          this.#receive(parseShimMessage(line), onEvent);
      } catch {
        lost();
      }
    });
    this.#socket.on('error', lost);
    this.#socket.on('end', lost);
    this.#socket.on('close', lost);
  }

  /** Rejects with the shim's fault as an EngineError, or `runtime.shim-connection-lost`. */
  request(request: ShimRequest, target?: ShimTarget): Promise<ShimMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<ShimMessage>();
    if (this.#closed) {
      reject(this.#lostError(request.op));
      return promise;
    }
    const sequence = ++this.#sequence;
    this.#pending.set(sequence, { op: request.op, target, resolve, reject });
    this.#socket.write(`${JSON.stringify({ ...request, seq: sequence })}\n`);
    return promise;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    for (const pending of this.#pending.values()) pending.reject(this.#lostError(pending.op));
    this.#pending.clear();
  }

  #receive(message: ShimMessage, onEvent: (event: ShimMessage) => void): void {
    if (typeof message.event === 'string') {
      onEvent(message);
      return;
    }
    const sequence = numberOf(message, 'seq');
    const pending = this.#pending.get(sequence);
    this.#pending.delete(sequence);
    if (pending === undefined) return;
    if (message.ok === true) pending.resolve(message);
    else pending.reject(shimFaultError(faultOf(message), this.#id(), pending.target));
  }

  #lostError(op: string): Error {
    return engineError('runtime.shim-connection-lost', { id: this.#id(), op });
  }
}
