import type { HeldPort } from '@berth/kernel';
import type { PortLease } from '../model/port-lease.ts';
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

/** Serves a held port; owns its socket. `sctp` cannot be relayed. */
export function relayPort(held: HeldPort, lease: PortLease, target: RelayTarget): PortRelay {
  if (lease.protocol === 'tcp') return relayTcp(held, target);
  if (lease.protocol === 'udp')
    return relayUdp(held, lease.hostAddress.includes(':') ? 6 : 4, target);
  throw new Error('sctp ports cannot be relayed');
}
