import type { EndpointSettings, NetworkSettings, PortMap } from '@berth/engine-api';
import type { ContainerContext } from './container-context.ts';
import type { ContainerRecord } from './container-record.ts';

/** An endpoint with every field, as Docker prints it. MacAddress is part of it in the API, though not in the type. */
type FullEndpoint = Required<EndpointSettings>;

/** `NetworkSettings` of inspect, with the fields of the default bridge at the top for old clients. */
export function networkSettings(
  context: ContainerContext,
  record: ContainerRecord,
): NetworkSettings {
  const sandbox = context.networks.sandbox(record.id);
  const networks = endpointsView(record, sandbox?.endpoints);
  const bridge = networks.bridge;
  return {
    Bridge: '',
    SandboxID: sandbox?.sandboxId ?? '',
    SandboxKey: sandbox?.namespacePath ?? '',
    Ports: sandbox?.ports ?? {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge?.EndpointID ?? '',
    Gateway: bridge?.Gateway ?? '',
    GlobalIPv6Address: bridge?.GlobalIPv6Address ?? '',
    GlobalIPv6PrefixLen: bridge?.GlobalIPv6PrefixLen ?? 0,
    IPAddress: bridge?.IPAddress ?? '',
    IPPrefixLen: bridge?.IPPrefixLen ?? 0,
    IPv6Gateway: bridge?.IPv6Gateway ?? '',
    MacAddress: bridge?.MacAddress ?? '',
    Networks: networks,
  };
}

/** Endpoints by network name: with their addresses while it runs, with what was asked for otherwise. */
export function endpointsView(
  record: ContainerRecord,
  running: Readonly<Record<string, EndpointSettings>> | undefined,
): Record<string, FullEndpoint> {
  const mode = record.hostConfig.NetworkMode ?? 'bridge';
  if (mode.startsWith('container:')) return {};
  const given = running ?? record.endpoints;
  const known = record.facts.network?.endpoints ?? {};
  return Object.fromEntries(
    Object.entries(given).map(([name, endpoint]) => [
      name === 'default' ? 'bridge' : name,
      fullEndpoint(endpoint, running === undefined ? known[name]?.NetworkID : undefined),
    ]),
  );
}

function fullEndpoint(endpoint: EndpointSettings, networkId: string | undefined): FullEndpoint {
  return {
    IPAMConfig: endpoint.IPAMConfig ?? null,
    Links: endpoint.Links ?? null,
    Aliases: endpoint.Aliases ?? null,
    MacAddress: endpoint.MacAddress ?? '',
    DriverOpts: endpoint.DriverOpts ?? null,
    GwPriority: endpoint.GwPriority ?? 0,
    NetworkID: endpoint.NetworkID ?? networkId ?? '',
    EndpointID: endpoint.EndpointID ?? '',
    Gateway: endpoint.Gateway ?? '',
    IPAddress: endpoint.IPAddress ?? '',
    IPPrefixLen: endpoint.IPPrefixLen ?? 0,
    IPv6Gateway: endpoint.IPv6Gateway ?? '',
    GlobalIPv6Address: endpoint.GlobalIPv6Address ?? '',
    GlobalIPv6PrefixLen: endpoint.GlobalIPv6PrefixLen ?? 0,
    DNSNames: endpoint.DNSNames ?? null,
  };
}

export interface PortSummaryView {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

/** The PORTS column: one entry per binding; a port that is only exposed has no public side. */
export function portSummaries(ports: PortMap): PortSummaryView[] {
  const summaries: PortSummaryView[] = [];
  // There may be thousands.
  for (const key in ports) {
    const slash = key.indexOf('/');
    const PrivatePort = Number(slash < 0 ? key : key.slice(0, slash));
    const Type = slash < 0 ? 'tcp' : key.slice(slash + 1);
    const bindings = ports[key] ?? [];
    if (bindings.length === 0) summaries.push({ PrivatePort, Type });
    for (const { HostIp, HostPort } of bindings) {
      summaries.push({ IP: HostIp ?? '', PrivatePort, PublicPort: Number(HostPort ?? 0), Type });
    }
  }
  return summaries;
}
