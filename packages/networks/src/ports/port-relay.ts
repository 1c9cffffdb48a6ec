import type { HeldPort, PortRange } from '@berth/kernel';
import { relayTcp } from './tcp-relay.ts';
import { relayUdp } from './udp-relay.ts';

export interface RelayTarget {
  /** IPv4. */
  readonly address: string;
  readonly port: number;
}

/** A port that the daemon itself serves, because the kernel cannot: IPv6 clients of an IPv4 container. */
export interface PortRelay {
  /** Ends it with all its connections. */
  close(): void;
}

/** Serves a held port of one lease; owns the socket. `sctp` cannot be relayed. */
export function relayPort(held: HeldPort, range: PortRange, target: RelayTarget): PortRelay {
  if (range.protocol === 'tcp') return relayTcp(held, target);
  if (range.protocol === 'udp') return relayUdp(held, range.address.includes(':') ? 6 : 4, target);
  throw new Error('sctp ports cannot be relayed');
}
