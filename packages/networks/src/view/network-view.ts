import type { EndpointResource, IPAMConfig, Network } from '@berth/engine-api';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { isPredefined, type NetworkRecord, type SubnetRecord } from '../model/network-record.ts';
import type { InspectedNetwork } from '../network-service.ts';

/** A network as `network ls` has it. */
export function networkView(record: NetworkRecord): Network {
  return {
    Name: record.name,
    Id: record.id,
    Created: record.created,
    Scope: record.scope,
    Driver: record.driver,
    EnableIPv4: record.enableIpv4,
    EnableIPv6: record.enableIpv6,
    IPAM: {
      Driver: record.ipamDriver,
      Options: record.ipamOptions === undefined ? null : sorted(record.ipamOptions),
      Config:
        record.subnets.length === 0 && isPredefined(record.name)
          ? null
          : record.subnets.map(subnetView),
    },
    Internal: record.internal,
    Attachable: record.attachable,
    Ingress: record.ingress,
    ConfigFrom: { Network: record.configFrom ?? '' },
    ConfigOnly: record.configOnly === true,
    Options: sorted(record.options),
    Labels: sorted(record.labels),
  };
}

/** By key, as clients that print the answer as it is are used to. */
function sorted(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface NetworkFacts {
  readonly endpoints: readonly EndpointRecord[];
  /** The name of a container. */
  readonly nameOf: (containerId: string) => string;
  /** Addresses taken and left, by subnet. */
  readonly counts: ReadonlyMap<string, { readonly inUse: bigint; readonly available: bigint }>;
}

/** A network with the containers that are in it now. */
export function inspectView(
  record: NetworkRecord,
  { endpoints, nameOf, counts }: NetworkFacts,
): InspectedNetwork {
  const containers = endpoints.map((endpoint) => [
    endpoint.containerId,
    endpointView(endpoint, nameOf(endpoint.containerId)),
  ]);
  const subnets = [...counts].map(([subnet, { inUse, available }]) => [
    subnet,
    { IPsInUse: saturated(inUse), DynamicIPsAvailable: saturated(available) },
  ]);
  return {
    ...networkView(record),
    Containers: Object.fromEntries(containers),
    Status: { IPAM: { Subnets: Object.fromEntries(subnets) } },
  };
}

/** The API's numbers have 64 bits; beyond 2^53 those of JavaScript are the nearest. */
function saturated(count: bigint): number {
  return Number(BigInt.asUintN(64, count < 1n << 64n ? count : -1n));
}

function subnetView({ subnet, gateway, range, auxiliary }: SubnetRecord): IPAMConfig {
  return {
    Subnet: subnet,
    ...(range === undefined ? {} : { IPRange: range }),
    ...(gateway === undefined ? {} : { Gateway: gateway }),
    ...(auxiliary === undefined ? {} : { AuxiliaryAddresses: auxiliary }),
  };
}

function endpointView(endpoint: EndpointRecord, name: string): EndpointResource {
  return {
    Name: name,
    EndpointID: endpoint.id,
    MacAddress: endpoint.mac ?? '',
    IPv4Address: endpoint.ipv4 ?? '',
    IPv6Address: endpoint.ipv6 ?? '',
  };
}
