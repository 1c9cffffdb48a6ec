import { type ChannelLimits, UdpChannel } from './udp-channel.ts';
import type { UpstreamServer } from './upstream.ts';
import type { OpenUpstream } from './upstream-socket.ts';

/**
 * A port is used for a second, and for as long as a server is waited for. To find one out by the ICMP errors of a host, of
 * which there are a thousand a second at most, takes longer (CVE-2020-25705).
 */
const limits: ChannelLimits = { questions: 64, milliseconds: 1000, strangers: 4 };

/** The sockets of one sandbox: for each server one that takes questions, and older ones that wait for answers. */
export class UdpChannels {
  readonly #open: OpenUpstream;
  readonly #signal: AbortSignal;
  readonly #newest = new Map<string, UdpChannel>();
  readonly #all = new Set<UdpChannel>();

  /** Closes all sockets when the signal aborts. */
  constructor(open: OpenUpstream, signal: AbortSignal) {
    this.#open = open;
    this.#signal = signal;
    signal.addEventListener('abort', () => {
      for (const channel of [...this.#all]) channel.close();
    });
  }

  /** One that takes a question. Throws KernelError, and after the signal. */
  to(server: UpstreamServer): UdpChannel {
    const key = `${server.address} ${server.port} ${server.fromHost}`;
    const newest = this.#newest.get(key);
    if (newest?.takesQuestions) return newest;
    this.#signal.throwIfAborted();
    const channel: UdpChannel = new UdpChannel(this.#open(server, 'udp'), server, {
      limits,
      onClose: () => {
        this.#all.delete(channel);
        if (this.#newest.get(key) === channel) this.#newest.delete(key);
      },
    });
    this.#all.add(channel);
    this.#newest.set(key, channel);
    return channel;
  }

  /** Questions from now on go over new sockets. */
  retire(): void {
    for (const channel of [...this.#newest.values()]) channel.retire();
  }
}
