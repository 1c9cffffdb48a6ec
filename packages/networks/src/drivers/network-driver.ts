import type { PortMap } from '@berth/engine-api';
import type { LinkInfo } from '@berth/kernel';
import type { FirewallNetwork } from '../firewall/firewall-state.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import type { PublishRecord } from '../ports/port-bindings.ts';

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

/** What a plug-in is told of a sandbox that its endpoint joins. */
export interface JoinOptions {
  readonly namespacePath: string;
  /** Names of interfaces that the sandbox has or will have besides this endpoint's. */
  readonly takenNames: ReadonlySet<string>;
  readonly publish: PublishRecord;
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
  /** The driver chooses MAC addresses that the user does not ask for. */
  readonly ownMac?: boolean;
  /** Links go back to the driver: endpoints are detached while their namespace is there. */
  readonly linkBack?: boolean;
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
 * a plug-in). All calls are idempotent but `join`, so that reconcile can repeat them.
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
  /** Refuses subnets that a network of this driver cannot have. Any are right when absent. */
  checkSubnets?(subnets: readonly SubnetRecord[]): void;
  /** Makes what the network needs on the host (a bridge with its address). */
  prepare(network: NetworkRecord): void | Promise<void>;
  /** Removes what `prepare` made. */
  dispose(network: NetworkRecord, others: readonly NetworkRecord[]): Promise<void>;
  /** Gateways and names for a new endpoint. Changes nothing. */
  design(network: NetworkRecord, draft: EndpointDraft): EndpointDesign;
  /**
   * Drivers that decide on an endpoint only when its namespace is there (plug-ins): it is made, and what it has
   * become is returned. Comes after its record is written and before `attach`; `detach` undoes it, wherever it got to.
   */
  join?(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    options: JoinOptions,
  ): Promise<EndpointRecord>;
  /** Tells a plug-in that the sandbox's default route leads, or no longer leads, through this endpoint. */
  setExternal?(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    publish: PublishRecord | undefined,
  ): Promise<void>;
  /** The ports that a plug-in has published for an endpoint with the default route. */
  publishedPorts?(network: NetworkRecord, endpoint: EndpointRecord): Promise<PortMap>;
  /** Gives the endpoint its interface, up and with its addresses, inside the namespace. No default route. */
  attach(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    options: AttachOptions,
  ): void | Promise<void>;
  /** Undoes `attach` and `join`. */
  detach(network: NetworkRecord, endpoint: EndpointRecord, options: DetachOptions): Promise<void>;
  /** Repairs the host's side of a running endpoint, for example after its bridge was made anew. */
  repair(network: NetworkRecord, endpoint: EndpointRecord, options: RepairOptions): void;
  /** What the firewall needs to know; undefined when it is no concern of it. */
  firewallNetwork(network: NetworkRecord): FirewallNetwork | undefined;
  /** The families in which the firewall has to keep endpoints of this network apart by their links. */
  isolatedFamilies(network: NetworkRecord): readonly (4 | 6)[];
}

/** The drivers by name; `undefined` for a name that stands for no driver and no plug-in. */
export interface NetworkDrivers {
  /** Those that networks can be made of now, by name. */
  names(): readonly string[];
  get(name: string): NetworkDriver | undefined;
}
