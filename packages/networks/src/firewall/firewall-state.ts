import type { TransportProtocol } from '@berth/kernel';

/** What the firewall has to know of one bridge network. Subnets are in CIDR notation, of either family. */
export interface FirewallNetwork {
  /** Interface name of the bridge. */
  readonly bridge: string;
  readonly subnets: readonly string[];
  /** Those of the subnets whose traffic to elsewhere gets an address of the host. */
  readonly masqueraded: readonly string[];
  /** Those that get a certain address of the host instead of that of the way out. */
  readonly translated: readonly { readonly subnet: string; readonly address: string }[];
  /** Whether its containers may reach each other. */
  readonly icc: boolean;
  /** No way in or out but the host's own. */
  readonly internal: boolean;
  /** Families in which anybody may reach every port of its containers (gateway mode nat-unprotected). */
  readonly open: readonly (4 | 6)[];
  /** Families in which containers are reached by their own addresses, at published ports and by ping. */
  readonly routed: readonly (4 | 6)[];
  /** Interfaces of the host whose traffic may reach every port of its containers. */
  readonly trusted: readonly string[];
}

/**
 * Host ports that lead to a container, `count` of them from `hostPort` and `containerPort` on. Both addresses are of the
 * same family.
 */
export interface PublishedPort {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0` and `::`: every address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly address: string;
  readonly containerPort: number;
  readonly count: number;
}

/** Ports that are reached at the container's own address: nothing is translated. */
export interface RoutedPort {
  readonly protocol: TransportProtocol;
  readonly address: string;
  readonly containerPort: number;
  readonly count: number;
}

/** A container of a network without icc that may open connections to a port of a neighbour. */
export interface LinkedPort extends Omit<RoutedPort, 'count'> {
  readonly from: string;
}

/** The host end of a container that may not reach its neighbours (icc=false). */
export interface IsolatedLink {
  readonly link: string;
  /** Whose bridged packets do not pass the IP firewall. */
  readonly family: 4 | 6;
}

/** The elements that come and go with containers and networks. */
export interface FirewallElements {
  readonly ports: readonly PublishedPort[];
  readonly routed: readonly RoutedPort[];
  readonly linked: readonly LinkedPort[];
  readonly isolated: readonly IsolatedLink[];
  readonly networks: readonly FirewallNetwork[];
}

export const noElements: FirewallElements = {
  ports: [],
  routed: [],
  linked: [],
  isolated: [],
  networks: [],
};

/** Everything that our tables hold; rules follow from it. */
export interface FirewallState extends FirewallElements {
  /** What becomes of forwarded packets that have nothing to do with containers. */
  readonly forwardPolicy: 'accept' | 'drop';
  /** The same for IPv6; as `forwardPolicy` when absent. */
  readonly forwardPolicy6?: 'accept' | 'drop';
}

export function isEmpty(elements: FirewallElements): boolean {
  return Object.keys(noElements).every(
    (kind) => elements[kind as keyof FirewallElements].length === 0,
  );
}
