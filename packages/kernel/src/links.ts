/** An interface as RTM_GETLINK shows it. */
export interface LinkInfo {
  readonly index: number;
  readonly name: string;
  readonly kind?: string;
  readonly mac?: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly masterIndex?: number;
  /** The other end of a pair, which may lie in another namespace; the link below a stacked one. */
  readonly peerIndex?: number;
}

export interface AddressInfo {
  readonly linkIndex: number;
  /** CIDR notation, for example `172.17.0.1/16`. */
  readonly address: string;
}

export interface RouteInfo {
  /** CIDR notation; `default` for 0.0.0.0/0 and ::/0. */
  readonly destination: string;
  readonly gateway?: string;
  readonly linkIndex?: number;
  readonly table: number;
  readonly family: 4 | 6;
}

export interface NewRoute {
  readonly destination: string;
  readonly gateway?: string;
  readonly link?: string;
  readonly scope?: 'link' | 'global';
  /** Of a default route without a gateway; 4 when absent. */
  readonly family?: 4 | 6;
}

export interface VethOptions {
  /** Name of the host side; at most 15 bytes. */
  readonly hostName: string;
  /** Bridge that the host side joins. */
  readonly bridge: string;
  /** Pinned network namespace that the peer is born in. */
  readonly peerNamespace: string;
  readonly peerName: string;
  readonly peerMac?: string;
  readonly mtu?: number;
}

/** Path of the namespace that this process is in, for `moveLink` (proc_pid_ns(5)). */
export const ownNetworkNamespace = '/proc/self/ns/net';

/** A link on top of another one of this namespace. */
export interface SubLinkOptions {
  readonly name: string;
  readonly parent: string;
  readonly kind: SubLinkKind;
  /** Pinned network namespace that it is born in, up; absent: this one, down. */
  readonly namespace?: string;
  readonly mac?: string;
  readonly mtu?: number;
}

export type SubLinkKind =
  | { readonly type: 'macvlan'; readonly mode: 'private' | 'vepa' | 'bridge' | 'passthru' }
  | {
      readonly type: 'ipvlan';
      readonly mode: 'l2' | 'l3' | 'l3s';
      readonly flag: 'bridge' | 'private' | 'vepa';
    }
  | { readonly type: 'vlan'; readonly id: number };

/**
 * rtnetlink(7) inside one network namespace: the host's, or that of `links.inNamespace(path)`.
 * Each call is one or few messages on an in-process socket; none waits for RCU but `deleteLink`,
 * which runs off the main thread.
 */
export interface Links {
  /** Operations inside the pinned namespace at `path`. Call `close` when done. */
  inNamespace(path: string): Links & { close(): void; [Symbol.dispose](): void };
  list(): LinkInfo[];
  /** Waits for nobody, as `get` does for whoever changes links on the machine. */
  has(name: string): boolean;
  get(name: string): LinkInfo | undefined;
  createBridge(name: string, options?: { readonly mac?: string; readonly mtu?: number }): void;
  /** The same off the main thread, as all that ends in Async here: these wait for whoever else changes links. */
  createBridgeAsync(
    name: string,
    options?: { readonly mac?: string; readonly mtu?: number },
  ): Promise<void>;
  /** One RTM_NEWLINK: makes the pair, moves the peer, joins the bridge. Both sides end up up. */
  createVeth(options: VethOptions): void;
  createVethAsync(options: VethOptions): Promise<void>;
  createDummy(name: string): void;
  /** One RTM_NEWLINK. EOPNOTSUPP when the kernel has no such kind, EBUSY when the parent serves another. */
  createSubLink(options: SubLinkOptions): void;
  /**
   * Moves a link of this namespace into the one at `path` (pinned, or `ownNetworkNamespace`), where it gets another
   * name. It is down then.
   */
  moveLink(name: string, path: string, newName: string): void;
  setUp(name: string): void;
  setUpAsync(name: string): Promise<void>;
  setDown(name: string): void;
  setMac(name: string, mac: string): void;
  setMtu(name: string, mtu: number): void;
  setMaster(name: string, bridge: string | undefined): void;
  /** Hairpin mode of a bridge port. */
  setHairpin(name: string, on: boolean): void;
  setHairpinAsync(name: string, on: boolean): Promise<void>;
  /** Not an error when the address is there already. `address` in CIDR notation. */
  addAddress(name: string, address: string): void;
  addAddressAsync(name: string, address: string): Promise<void>;
  removeAddress(name: string, address: string): void;
  addresses(name?: string): AddressInfo[];
  addRoute(route: NewRoute): void;
  addRouteAsync(route: NewRoute): Promise<void>;
  /** ESRCH when there is no such route. */
  removeRoute(route: RouteInfo): void;
  routes(): RouteInfo[];
  /** Those that lead elsewhere: without the addresses of the host itself (the table `local` of ip-rule(8)). */
  routesElsewhereAsync(): Promise<RouteInfo[]>;
  /**
   * Idempotent; resolves when the kernel has let go of the link, tens of milliseconds later. Links that are wanted
   * gone meanwhile go together, so that many take hardly longer than one.
   */
  deleteLink(name: string): Promise<void>;
}
