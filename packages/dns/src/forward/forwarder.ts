import { randomInt } from 'node:crypto';
import { responseCode } from '../message/constants.ts';
import type { DnsQuery } from '../message/query.ts';
import { longestAnswer, relayAnswer } from '../message/response.ts';
import { answersQuery, codeOf, isTruncated, upstreamQuery } from '../message/upstream-answer.ts';
import { askTcp } from './ask-tcp.ts';
import type { QuerySlots } from './query-slots.ts';
import { UdpChannels } from './udp-channels.ts';
import type { UpstreamServer } from './upstream.ts';
import type { OpenUpstream } from './upstream-socket.ts';

export interface ForwarderOptions {
  readonly open: OpenUpstream;
  /** Limits how many queries are under way. */
  readonly slots: QuerySlots;
  /** Aborts what is under way when the sandbox goes. */
  readonly signal: AbortSignal;
  /** How long one server is waited for. */
  readonly timeoutMilliseconds?: number;
}

/** What Docker's server waits for, and how many servers it asks. */
const defaultTimeout = 4000;
const mostServers = 3;
/** A server that cuts answers shorter than this is asked again over TCP for clients that take more. */
const largeDatagram = 1232;

/** Passes queries on to other name servers, in order, until one has an answer. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #channels: UdpChannels;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#channels = new UdpChannels(options.open, options.signal);
  }

  /** The ways to the servers have changed: questions from now on do not go the old ones. */
  renew(): void {
    this.#channels.retire();
  }

  /**
   * The answer for the client, by the client's transport. Undefined when no server has one, all failed
   * or refused, or too many queries are under way.
   */
  async forward(
    query: DnsQuery,
    servers: readonly UpstreamServer[],
    transport: 'udp' | 'tcp',
  ): Promise<Buffer | undefined> {
    using slot = this.#options.slots.take();
    if (slot === undefined) return undefined;
    for (const server of servers.slice(0, mostServers)) {
      if (this.#options.signal.aborted) return undefined;
      const answer = await this.#ask(server, query, transport);
      if (answer === undefined || isFailure(answer)) continue;
      return relayAnswer(query, await this.#whole(server, query, answer, transport), transport);
    }
    return undefined;
  }

  /** The answer again over TCP if it was cut though the client would take more. */
  async #whole(
    server: UpstreamServer,
    query: DnsQuery,
    answer: Buffer,
    transport: 'udp' | 'tcp',
  ): Promise<Buffer> {
    const room = longestAnswer(query, transport);
    if (transport === 'tcp' || !isTruncated(answer) || room < largeDatagram) return answer;
    const whole = await this.#ask(server, query, 'tcp');
    const usable = whole !== undefined && !isFailure(whole) && whole.length <= room;
    return usable ? whole : answer;
  }

  async #ask(
    server: UpstreamServer,
    query: DnsQuery,
    transport: 'udp' | 'tcp',
  ): Promise<Buffer | undefined> {
    const { timeoutMilliseconds = defaultTimeout } = this.#options;
    try {
      if (transport === 'tcp') return await this.#askTcp(server, query, timeoutMilliseconds);
      return await this.#channels.to(server).ask(query, timeoutMilliseconds);
    } catch {
      return undefined;
    }
  }

  async #askTcp(
    server: UpstreamServer,
    query: DnsQuery,
    milliseconds: number,
  ): Promise<Buffer | undefined> {
    const id = randomInt(0x1_0000);
    const accepts = (answer: Buffer) => answersQuery(answer, query, id);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), milliseconds);
    const signal = AbortSignal.any([this.#options.signal, timeout.signal]);
    try {
      const held = this.#options.open(server, 'tcp');
      return await askTcp(held, upstreamQuery(query, id), { signal, accepts });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Another server may know better. */
function isFailure(answer: Buffer): boolean {
  const code = codeOf(answer);
  return code === responseCode.serverFailure || code === responseCode.refused;
}
