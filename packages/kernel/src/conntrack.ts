import type { TransportProtocol } from './ports.ts';

/** Which flows: those that a certain address answers, or those that were sent to certain ports of anybody. */
export type FlowFilter =
  | { readonly protocol: TransportProtocol; readonly answeredBy: string }
  | {
      readonly protocol: TransportProtocol;
      readonly family: 4 | 6;
      /** Both ends included. */
      readonly ports: { readonly first: number; readonly last: number };
    };

/**
 * The flows that the kernel's connection tracking remembers (nf_conntrack). Translation of addresses is
 * decided once for each; packets of a known flow never meet new rules.
 */
export interface Conntrack {
  /** Forgets the flows; the next packet of each is a new one. How many they were. None without nf_conntrack. */
  forget(filter: FlowFilter): Promise<number>;
}
