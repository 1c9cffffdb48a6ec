import type { TransportProtocol } from '@berth/kernel';

/** What the firewall has to know of one bridge network. */
export interface FirewallNetwork {
  /** Interface name of the bridge. */
  readonly bridge: string;
  /** IPv4 subnets, CIDR notation. */
  readonly subnets: readonly string[];
  /** Whether traffic to elsewhere gets the host's address. */
  readonly masquerade: boolean;
  /** Whether its containers may reach each other. */
  readonly icc: boolean;
}

/** A host port that leads to a container. Addresses are IPv4. */
export interface PublishedPort {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0`: every address of the host. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly address: string;
  readonly containerPort: number;
}

/** The elements that come and go with containers. */
export interface FirewallElements {
  readonly ports: readonly PublishedPort[];
  /**
   * Host ends of containers that may not reach their neighbours (icc=false), where bridged packets do not
   * pass the IP firewall.
   */
  readonly isolated: readonly string[];
}

/** Everything that our tables hold; rules follow from it. */
export interface FirewallState extends FirewallElements {
  readonly networks: readonly FirewallNetwork[];
  /** What becomes of forwarded packets that have nothing to do with containers. */
  readonly forwardPolicy: 'accept' | 'drop';
}

export function isEmpty({ ports, isolated }: FirewallElements): boolean {
  return ports.length === 0 && isolated.length === 0;
}
