import type { EventBus, EventClock } from '@berth/events';
import type { Kernel } from '@berth/kernel';
import type { NetworkDrivers } from './drivers/network-driver.ts';
import type { HostFiles } from './files/host-files.ts';
import type { FirewallGuard } from './firewall/firewall-guard.ts';
import type { FirewallTable } from './firewall/firewall-table.ts';
import type { Firewalld } from './firewalld/firewalld.ts';
import type { AddressRegistry } from './ipam/address-registry.ts';
import type { RemoteIpam } from './ipam/remote-ipam.ts';
import type { NetworkRecord } from './model/network-record.ts';
import type { NetworkStore } from './model/network-store.ts';
import type { NetworkConfig } from './network-config.ts';
import type { SandboxState } from './network-service.ts';
import type { PortRegistry } from './ports/port-registry.ts';
import type { RelayRegistry } from './ports/relay-registry.ts';
import type { BridgeFilterWatch } from './reconcile/bridge-filter-watch.ts';
import type { EndpointDirectory } from './resolver/endpoint-directory.ts';
import type { SandboxResolver } from './resolver/sandbox-resolver.ts';

export interface IdSource {
  /** 64 hexadecimal digits. */
  next(): string;
}

/** What all operations of this package share. */
export interface NetworkContext {
  readonly kernel: Kernel;
  readonly store: NetworkStore;
  readonly config: NetworkConfig;
  readonly drivers: NetworkDrivers;
  readonly addresses: AddressRegistry;
  readonly ports: PortRegistry;
  readonly relays: RelayRegistry;
  /** The address manager of a network, when it is not our own (`addresses`). Fails for one that is gone. */
  readonly ipam: (network: Pick<NetworkRecord, 'ipamDriver'>) => RemoteIpam | undefined;
  readonly firewall: FirewallTable;
  /** Restores the firewall when others change it. */
  readonly guard: FirewallGuard;
  /** Has the rules follow br_netfilter. */
  readonly bridgeFilter: BridgeFilterWatch;
  /** Absent where nobody is to be told. */
  readonly firewalld?: Firewalld;
  readonly hostFiles: HostFiles;
  /** Names of the endpoints that exist now. */
  readonly directory: EndpointDirectory;
  readonly resolver: SandboxResolver;
  readonly events: EventBus;
  readonly clock: EventClock;
  readonly ids: IdSource;
  /** Folder of the pinned namespaces. */
  readonly namespaceDirectory: string;
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint: (name: string) => void;
  /** Failures that no client waits for. */
  readonly reportError: (error: unknown, what: string) => void;
  /** Containers whose sandbox exists, as it is shown. */
  readonly states: Map<string, SandboxState>;
  /** Containers whose sandbox is being removed: the firewall does not know them any more. */
  readonly departing: Set<string>;
  /** What `info` should tell about the host, found out by the last reconcile. */
  readonly hostWarnings: string[];
}
