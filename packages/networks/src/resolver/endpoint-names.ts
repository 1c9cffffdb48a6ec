import type { EndpointRecord } from '../model/endpoint-record.ts';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';

/** An endpoint of a running container as names are looked up: what a name means inside one network. */
export interface NamedEndpoint {
  readonly endpointId: string;
  readonly networkId: string;
  readonly networkName: string;
  /** 64 hexadecimal digits. */
  readonly containerId: string;
  /**
   * Every name that leads to it in its network, as written, without duplicates: the container's name first
   * (PTR answers `name.network`), then aliases, the short ID, the hostname. `DNSNames` of inspect.
   */
  readonly names: readonly string[];
  /** Without prefix length; absent in networks without that family. */
  readonly address4?: string;
  readonly address6?: string;
}

/** Networks whose containers know each other by name. The default ones are as they were before names. */
export function hasNames(network: NetworkRecord): boolean {
  return !isPredefined(network.name);
}

/** The names of an endpoint, in Docker's order. Empty in a network without names. */
export function endpointNames(
  network: NetworkRecord,
  endpoint: EndpointRecord,
  sandbox: SandboxRecord,
): readonly string[] {
  if (!hasNames(network)) return [];
  const names = [
    sandbox.containerName,
    ...(endpoint.settings.Aliases ?? []),
    sandbox.containerId.slice(0, 12),
    sandbox.hostname ?? '',
  ];
  return [...new Set(names)].filter((name) => name !== '');
}

export function namedEndpoint(
  network: NetworkRecord,
  endpoint: EndpointRecord,
  sandbox: SandboxRecord,
): NamedEndpoint {
  const bare = (address: string | undefined) => address?.split('/')[0];
  const address4 = bare(endpoint.ipv4);
  const address6 = bare(endpoint.ipv6);
  return {
    endpointId: endpoint.id,
    networkId: network.id,
    networkName: network.name,
    containerId: endpoint.containerId,
    names: endpointNames(network, endpoint, sandbox),
    ...(address4 === undefined ? {} : { address4 }),
    ...(address6 === undefined ? {} : { address6 }),
  };
}
