import type { EndpointResource, IPAMConfig, Network } from '@berth/engine-api';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
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
      Options: record.ipamOptions ?? null,
      Config: record.subnets.length === 0 ? null : record.subnets.map(subnetView),
    },
    Internal: record.internal,
    Attachable: record.attachable,
    Ingress: record.ingress,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Options: record.options,
    Labels: record.labels,
  };
}

/** A network with the containers that are in it now; `nameOf` gives a container's name. */
export function inspectView(
  record: NetworkRecord,
  endpoints: readonly EndpointRecord[],
  nameOf: (containerId: string) => string,
): InspectedNetwork {
  const containers = endpoints.map((endpoint) => [
    endpoint.containerId,
    endpointView(endpoint, nameOf(endpoint.containerId)),
  ]);
  return { ...networkView(record), Containers: Object.fromEntries(containers) };
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
