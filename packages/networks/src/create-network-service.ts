import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { engineError } from '@berth/errors';
import { type EventBus, type EventClock, systemClock } from '@berth/events';
import type { Kernel } from '@berth/kernel';
import { PluginRegistry } from '@berth/plugins';
import type { Database } from '@berth/state';
import { BridgeDriver } from './drivers/bridge-driver.ts';
import { createDrivers } from './drivers/driver-registry.ts';
import { hostDriver, nullDriver } from './drivers/interface-less-drivers.ts';
import type { NetworkDrivers } from './drivers/network-driver.ts';
import { createIpvlanDriver, createMacvlanDriver } from './drivers/sub-link-driver.ts';
import { type HostFilePaths, HostFiles } from './files/host-files.ts';
import { FirewallGuard } from './firewall/firewall-guard.ts';
import type { FirewallState } from './firewall/firewall-state.ts';
import { FirewallTable } from './firewall/firewall-table.ts';
import { Firewalld } from './firewalld/firewalld.ts';
import { AddressRegistry } from './ipam/address-registry.ts';
import type { RemoteIpam } from './ipam/remote-ipam.ts';
import { LocalNetworkService } from './local-network-service.ts';
import type { NetworkRecord } from './model/network-record.ts';
import { NetworkStore } from './model/network-store.ts';
import { defaultNetworkConfig, type NetworkConfig } from './network-config.ts';
import type { IdSource, NetworkContext } from './network-context.ts';
import type { NetworkService } from './network-service.ts';
import { RemoteIpamDriver } from './plugins/remote-ipam-driver.ts';
import { PortRegistry } from './ports/port-registry.ts';
import type { HostPortRange } from './ports/port-spec.ts';
import { RelayRegistry } from './ports/relay-registry.ts';
import { BridgeFilterWatch } from './reconcile/bridge-filter-watch.ts';
import { bridgeMacKey } from './reconcile/default-networks.ts';
import { followBridgeFilter } from './reconcile/follow-bridge-filter.ts';
import { refreshHostWarnings } from './reconcile/foreign-firewall.ts';
import { forwardPolicy } from './reconcile/ip-forwarding.ts';
import { EndpointDirectory } from './resolver/endpoint-directory.ts';
import { nullResolver, type SandboxResolver } from './resolver/sandbox-resolver.ts';
import { firewallElements } from './sandbox/published-ports.ts';
import { attachmentsOf, isolates } from './sandbox/remove-sandbox.ts';
import { randomMac } from './validate/mac-address.ts';

/** Containers that start while a plug-in is replaced wait for it. */
const pluginRestartMilliseconds = 5_000;

/** What a resolver is made from. */
export interface ResolverParts {
  readonly directory: EndpointDirectory;
  readonly kernel: Kernel;
  readonly hostFiles: HostFiles;
  readonly reportError: (error: unknown, what: string) => void;
}

/** What the networks package stands on. */
export interface NetworksDependencies {
  readonly kernel: Kernel;
  readonly database: Database;
  readonly events: EventBus;
  /** Folder for what does not outlive a boot; namespaces are pinned in its `netns`. */
  readonly execRoot: string;
  /** Settings that differ from `defaultNetworkConfig`. */
  readonly config?: Partial<NetworkConfig>;
  readonly clock?: EventClock;
  readonly ids?: IdSource;
  readonly hostFiles?: HostFilePaths;
  /** Where plug-ins are looked for; Docker's folders when absent. */
  readonly pluginDirectories?: readonly string[];
  /** Makes the name server of user-defined networks; without it containers use the host's servers. */
  readonly createResolver?: (parts: ResolverParts) => SandboxResolver;
  /** Socket of the system bus, where firewalld is asked for; without it firewalld is let alone. */
  readonly systemBus?: string;
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint?: (name: string) => void;
  /** Failures that no client waits for, such as a port that could not be taken again. */
  readonly reportError?: (error: unknown, what: string) => void;
}

/** Nothing is read or changed before `reconcile`, which has to come first. */
export function createNetworkService(dependencies: NetworksDependencies): NetworkService {
  const { kernel, database, events } = dependencies;
  const config = { ...defaultNetworkConfig, ...dependencies.config };
  const store = new NetworkStore(database);
  const ids = dependencies.ids ?? { next: () => randomBytes(32).toString('hex') };
  const ephemeralRange = () => readEphemeralRange(kernel);
  const nameOf = (containerId: string) =>
    store.sandboxes.get(containerId)?.containerName ?? containerId.slice(0, 12);
  const ports = new PortRegistry({ ports: kernel.ports, ephemeralRange, nameOf });
  const patience = { restart: pluginRestartMilliseconds };
  const plugins = new PluginRegistry(dependencies.pluginDirectories, patience);
  const hostFiles = new HostFiles(dependencies.hostFiles);
  const directory = new EndpointDirectory();
  const reportError = dependencies.reportError ?? (() => undefined);
  const createResolver = dependencies.createResolver ?? (() => nullResolver);
  const firewall = new FirewallTable(kernel.firewall, config.firewallTable, () =>
    firewallState(context),
  );
  const context: NetworkContext = {
    ...{ kernel, store, config, events, ids, ports },
    drivers: driversOf(dependencies, config, ids, plugins),
    ipam: (network) => remoteIpam(plugins, network),
    addresses: new AddressRegistry(store, kernel.links),
    relays: new RelayRegistry(ports),
    firewall,
    guard: new FirewallGuard({
      ...{ firewall: kernel.firewall, table: firewall, reportError },
      onForeignChange: () => void refreshHostWarnings(context),
    }),
    bridgeFilter: new BridgeFilterWatch({
      kernel,
      isNeeded: () => context.states.size > 0,
      reportError,
      onChange: () => followBridgeFilter(context),
    }),
    ...(dependencies.systemBus === undefined || !config.firewall
      ? {}
      : {
          firewalld: new Firewalld({
            ...{ busPath: dependencies.systemBus, reportError },
            bridges: () => bridgesOf(context),
          }),
        }),
    ...{ hostFiles, directory, reportError },
    resolver: createResolver({ directory, kernel, hostFiles, reportError }),
    clock: dependencies.clock ?? systemClock(),
    namespaceDirectory: join(dependencies.execRoot, 'netns'),
    faultPoint: dependencies.faultPoint ?? (() => undefined),
    states: new Map(),
    departing: new Set(),
    hostWarnings: [],
  };
  return new LocalNetworkService(context);
}

function driversOf(
  { kernel, database }: NetworksDependencies,
  config: NetworkConfig,
  ids: IdSource,
  plugins: PluginRegistry,
): NetworkDrivers {
  const bridge = new BridgeDriver({
    kernel,
    firewall: config.firewall,
    mtu: config.mtu,
    linkSuffix: () => ids.next().slice(0, 7),
    bridgeMac: (network) => {
      const mac = randomMac(ids.next());
      if (network.name === 'bridge') database.setValue(bridgeMacKey, mac);
      return mac;
    },
  });
  const subLinks = [createMacvlanDriver(kernel), createIpvlanDriver(kernel)];
  return createDrivers([bridge, ...subLinks, hostDriver, nullDriver], plugins, kernel);
}

/** The bridges of all networks. */
function bridgesOf({ store, drivers }: NetworkContext): string[] {
  return store
    .visibleNetworks()
    .flatMap((network) => drivers.get(network.driver)?.firewallNetwork(network)?.bridge ?? []);
}

/** What the firewall should hold now: everything recorded but for containers that are being removed. */
function firewallState(context: NetworkContext): FirewallState {
  const { store, drivers, config, departing } = context;
  const containers = store.sandboxes.all().filter(({ containerId }) => !departing.has(containerId));
  const attachments = containers.flatMap(({ containerId }) => attachmentsOf(context, containerId));
  const leases = store.ports.all().filter(({ containerId }) => !departing.has(containerId));
  return {
    ...firewallElements(config, attachments, leases, isolates(context)),
    linked: config.firewall ? containers.flatMap(({ linked = [] }) => linked) : [],
    networks: store.networks
      .all()
      .map((network) => drivers.get(network.driver)?.firewallNetwork(network))
      .filter((network) => network !== undefined),
    forwardPolicy: forwardPolicy(context),
    forwardPolicy6: forwardPolicy(context, 6),
  };
}

/** Fails for an address manager that is not there. */
function remoteIpam(
  plugins: PluginRegistry,
  { ipamDriver }: Pick<NetworkRecord, 'ipamDriver'>,
): RemoteIpam | undefined {
  if (ipamDriver === 'default' || ipamDriver === 'null') return undefined;
  const plugin = plugins.get(ipamDriver);
  if (plugin !== undefined) return new RemoteIpamDriver(plugin);
  throw engineError('networks.unknown-ipam-driver', { driver: ipamDriver });
}

/** `32768\t60999`; the kernel's own default when it cannot be read. */
function readEphemeralRange({ host }: Kernel): HostPortRange {
  const text = host.sysctl('net.ipv4.ip_local_port_range') ?? '';
  const [first = 0, last = 0] = text.split(/\s+/).map(Number);
  return first > 0 && last >= first ? { first, last } : { first: 32_768, last: 60_999 };
}
