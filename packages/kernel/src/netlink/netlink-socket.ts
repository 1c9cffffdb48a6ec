import { closeSync } from 'node:fs';
import { errnoName, KernelError } from '../kernel-error.ts';
import type { SysAddon } from '../sys/addon.ts';
import type { Unnumbered } from './link-message.ts';
import { decodeReply, encodeRequest, type NetlinkReply } from './message.ts';
import { protocolRoute } from './rtnetlink.ts';

/** A dump is asked for again when objects changed meanwhile; on a busy host the last answer must do. */
const dumpAttempts = 8;

/** What a request is about, for the error it may end in. */
export interface Subject {
  readonly operation: string;
  readonly name?: string;
}

/** A netlink socket (rtnetlink unless another protocol is named) in one network namespace. Requests on it must not overlap. */
export class NetlinkSocket {
  readonly #sys: SysAddon;
  readonly #descriptor: number;
  #sequence = 0;

  /** `namespace` is an open namespace file, or -1 for the calling thread's own. */
  constructor(sys: SysAddon, namespace: number, protocol: number = protocolRoute) {
    this.#sys = sys;
    this.#descriptor = sys.netlinkOpen(protocol, namespace);
  }

  request(message: Unnumbered, subject: Subject): NetlinkReply {
    const sequence = this.#next();
    const bytes = encodeRequest({ ...message, sequence });
    const reply = decodeReply(this.#sys.netlinkTalk(this.#descriptor, bytes), sequence);
    return checked(reply, subject);
  }

  /** As `request`, on the thread pool: for what waits in the kernel. */
  async requestAsync(message: Unnumbered, subject: Subject): Promise<NetlinkReply> {
    const sequence = this.#next();
    const bytes = encodeRequest({ ...message, sequence });
    const answer = await this.#sys.netlinkTalkAsync(this.#descriptor, bytes);
    return checked(decodeReply(answer, sequence), subject);
  }

  /** A list that did not change while it was read. */
  dump(message: Unnumbered, subject: Subject): NetlinkReply {
    let reply = this.request(message, subject);
    for (let attempt = 1; reply.interrupted && attempt < dumpAttempts; attempt++)
      reply = this.request(message, subject);
    return reply;
  }

  /** As `dump`, on the thread pool. */
  async dumpAsync(message: Unnumbered, subject: Subject): Promise<NetlinkReply> {
    let reply = await this.requestAsync(message, subject);
    for (let attempt = 1; reply.interrupted && attempt < dumpAttempts; attempt++)
      reply = await this.requestAsync(message, subject);
    return reply;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #next(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }
}

function checked(reply: NetlinkReply, subject: Subject): NetlinkReply {
  if (reply.errno === 0) return reply;
  throw new KernelError(subject.operation, errnoName(reply.errno), subject.name, reply.detail);
}
