import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import type { HeldPort } from '@berth/kernel';
import type { DnsQuery } from '../message/query.ts';
import { answersQuery, upstreamQuery } from '../message/upstream-answer.ts';
import { numericLookup } from '../socket/numeric-lookup.ts';
import type { UpstreamServer } from './upstream.ts';
import { nameServerPort } from './upstream-socket.ts';

/** How much one source port is used for: who finds it out has only an ID left to guess. */
export interface ChannelLimits {
  /** Questions in all. */
  readonly questions: number;
  /** No question is asked later than this after the first. */
  readonly milliseconds: number;
  /** Messages from the server's address that answer nothing: somebody may be guessing. */
  readonly strangers: number;
}

interface Waiting {
  readonly query: DnsQuery;
  readonly finish: (answer: Buffer | undefined) => void;
}

/**
 * A datagram socket connected to a server, with any number of questions under way, each under an ID of its own.
 * Closed when it takes no more questions and the last one is answered.
 */
export class UdpChannel {
  readonly #socket: dgram.Socket;
  readonly #limits: ChannelLimits;
  readonly #onClose: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #age: NodeJS.Timeout;
  /** What is sent once the socket is connected. */
  #unsent: (() => void)[] | undefined = [];
  #questions = 0;
  #strangers = 0;
  #taking = true;
  #closed = false;

  /** Owns the bound socket `held`. `onClose` is called once. */
  constructor(
    held: HeldPort,
    { address, port }: UpstreamServer,
    { limits, onClose }: { readonly limits: ChannelLimits; readonly onClose: () => void },
  ) {
    this.#limits = limits;
    this.#onClose = onClose;
    const type = address.includes(':') ? 'udp6' : 'udp4';
    this.#socket = dgram.createSocket({ type, lookup: numericLookup });
    this.#socket.on('error', () => this.close());
    this.#socket.on('message', (message) => this.#receive(message));
    this.#socket.on('connect', () => {
      const unsent = this.#unsent ?? [];
      this.#unsent = undefined;
      for (const send of unsent) send();
    });
    this.#socket.bind({ fd: held.descriptor });
    // Connected, so that only the server is heard and its refusal is too.
    this.#socket.connect(port ?? nameServerPort, address);
    this.#age = setTimeout(() => this.retire(), limits.milliseconds).unref();
  }

  /** Whether another question may be asked. */
  get takesQuestions(): boolean {
    return this.#taking;
  }

  /** The answer, or undefined when the server cannot be reached, refuses, is silent for so long, or at `close`. */
  ask(query: DnsQuery, timeoutMilliseconds: number): Promise<Buffer | undefined> {
    const id = this.#freeId();
    const message = upstreamQuery(query, id);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#waiting.get(id)?.finish(undefined), timeoutMilliseconds);
      const finish = (answer: Buffer | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
        this.#closeIfDone();
      };
      this.#waiting.set(id, { query, finish });
      const send = () => {
        if (!this.#closed) this.#socket.send(message, (error) => error && this.#failed(id, error));
      };
      if (this.#unsent === undefined) send();
      else this.#unsent.push(send);
      this.#questions += 1;
      if (this.#questions === this.#limits.questions) this.retire();
    });
  }

  /** Takes no more questions. Idempotent. */
  retire(): void {
    this.#taking = false;
    this.#closeIfDone();
  }

  /** Drops what is under way. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#taking = false;
    clearTimeout(this.#age);
    this.#socket.removeAllListeners().on('error', () => undefined);
    this.#socket.close();
    for (const { finish } of [...this.#waiting.values()]) finish(undefined);
    this.#onClose();
  }

  /** The kernel may tell here that the server refused an earlier question: then none has an answer to expect. */
  #failed(id: number, { code }: NodeJS.ErrnoException): void {
    if (code === 'ECONNREFUSED') this.close();
    else this.#waiting.get(id)?.finish(undefined);
  }

  #receive(message: Buffer): void {
    const id = message.length < 2 ? -1 : message.readUInt16BE(0);
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined && answersQuery(message, waiting.query, id)) {
      waiting.finish(message);
      return;
    }
    this.#strangers += 1;
    if (this.#strangers === this.#limits.strangers) this.retire();
  }

  #closeIfDone(): void {
    if (!this.#taking && this.#waiting.size === 0) this.close();
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(0x1_0000);
      if (!this.#waiting.has(id)) return id;
    }
  }
}
