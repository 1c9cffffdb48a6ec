import type { LinkInfo } from '@berth/kernel';
import type { FirewallNetwork } from '../firewall/firewall-state.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkRecord } from '../model/network-record.ts';

export interface AttachOptions {
  /** Path of the sandbox's namespace. */
  readonly namespacePath: string;
  /** The container may be its own client, by a port that it publishes. */
  readonly hairpin: boolean;
}

export interface RepairOptions {
  /** Whether the endpoint's ports are published. */
  readonly hairpin: boolean;
  /** The host's links by name, listed once for all endpoints. */
  readonly links: ReadonlyMap<string, LinkInfo>;
}

export interface DetachOptions {
  /** Absent when the namespace is gone, or is about to go with all that is in it. */
  readonly namespacePath?: string;
}

/** What a driver wants an endpoint of one of its networks to have. */
export interface EndpointNeeds {
  /** A namespace of its own for the container, or the host's. */
  readonly sandbox: 'own' | 'host';
  /** Whether it gets an interface with addresses of the network's subnets. */
  readonly interface: boolean;
}

/** The parts of an endpoint that its driver decides on. */
export type EndpointDesign = Pick<
  EndpointRecord,
  'hostInterface' | 'gateway4' | 'gateway6' | 'deviceRoute' | 'mac'
>;

/** What is known of an endpoint before its driver has seen it. */
export type EndpointDraft = Omit<EndpointRecord, keyof EndpointDesign> &
  Pick<EndpointRecord, 'mac'>;

/**
 * A kind of network. Drivers hold no state: what is to be is in the records, what is, in the kernel (or with
 * a plug-in). All calls are idempotent but `design`, so that reconcile can repeat them.
 */
export interface NetworkDriver {
  /** As `network create --driver` names it. */
  readonly name: string;
  readonly needs: EndpointNeeds;
  /** Whether ports can be published: host ports lead to containers of its networks. */
  readonly publishes: boolean;
  /**
   * Checks the options of a network to be made against those that exist, and completes it. Fails with
   * networks.invalid-option and its like.
   */
  validate(network: NetworkRecord, others: readonly NetworkRecord[]): NetworkRecord;
  /** Makes what the network needs on the host (a bridge with its address). */
  prepare(network: NetworkRecord): void | Promise<void>;
  /** Removes what `prepare` made. */
  dispose(network: NetworkRecord, others: readonly NetworkRecord[]): Promise<void>;
  /** Gateways and names for a new endpoint. Changes nothing outside but with a plug-in. */
  design(network: NetworkRecord, draft: EndpointDraft): EndpointDesign | Promise<EndpointDesign>;
  /** Gives the endpoint its interface, up and with its addresses, inside the namespace. No default route. */
  attach(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    options: AttachOptions,
  ): void | Promise<void>;
  /** Undoes `attach` and `design`. */
  detach(network: NetworkRecord, endpoint: EndpointRecord, options: DetachOptions): Promise<void>;
  /** Repairs the host's side of a running endpoint, for example after its bridge was made anew. */
  repair(network: NetworkRecord, endpoint: EndpointRecord, options: RepairOptions): void;
  /** What the firewall needs to know; undefined when it is no concern of it. */
  firewallNetwork(network: NetworkRecord): FirewallNetwork | undefined;
  /** True when the firewall has to keep endpoints of this network apart by their links. */
  isolatesNeighbours(network: NetworkRecord): boolean;
}

/** The drivers by name; `undefined` for a name that stands for no driver and no plug-in. */
export interface NetworkDrivers {
  /** Those that networks can be made of now, by name. */
  names(): readonly string[];
  get(name: string): NetworkDriver | undefined;
}
