import type { TransportProtocol } from '../ports.ts';

/** IPPROTO_ numbers of ip(7). */
export const protocolNumber: Readonly<Record<TransportProtocol, number>> = {
  tcp: 6,
  udp: 17,
  sctp: 132,
};
