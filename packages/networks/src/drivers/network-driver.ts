import type { FirewallNetwork } from '../firewall/firewall-state.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkRecord } from '../model/network-record.ts';

/** How the default route of a sandbox is chosen: by one endpoint only. */
export interface AttachOptions {
  /** Path of the sandbox's namespace. */
  readonly namespacePath: string;
  readonly defaultRoute: boolean;
  /** The container may be its own client, by a port that it publishes. */
  readonly hairpin: boolean;
}

/** What a driver wants an endpoint of one of its networks to have. */
export interface EndpointNeeds {
  /** A namespace of its own for the container, or the host's. */
  readonly sandbox: 'own' | 'host';
  /** Whether it gets an interface with addresses of the network's subnets. */
  readonly interface: boolean;
}

/**
 * A kind of network. Drivers hold no state: what is to be is in the records, what is, in the kernel.
 * All calls are idempotent, so that reconcile can repeat them.
 */
export interface NetworkDriver {
  /** As `network create --driver` names it. */
  readonly name: string;
  readonly needs: EndpointNeeds;
  /** Makes what the network needs on the host (a bridge with its address). */
  prepare(network: NetworkRecord): void;
  /** Removes what `prepare` made. */
  dispose(network: NetworkRecord): Promise<void>;
  /** Gives the endpoint its interface, addresses and routes inside the namespace. */
  attach(network: NetworkRecord, endpoint: EndpointRecord, options: AttachOptions): void;
  /** Repairs the host's side of a running endpoint, for example after its bridge was made anew. */
  repair(network: NetworkRecord, endpoint: EndpointRecord, options: { hairpin: boolean }): void;
  /** What the firewall needs to know; undefined when it is no concern of it. */
  firewallNetwork(network: NetworkRecord): FirewallNetwork | undefined;
  /** True when the firewall has to keep endpoints of this network apart by their links. */
  isolatesNeighbours(network: NetworkRecord): boolean;
}

/** The drivers by name. */
export type NetworkDrivers = ReadonlyMap<string, NetworkDriver>;
