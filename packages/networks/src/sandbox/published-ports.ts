import type { FirewallElements, PublishedPort } from '../firewall/firewall-state.ts';
import type { Attachment } from '../model/attachment.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { NetworkConfig } from '../network-config.ts';
import type { RelayTarget } from '../ports/port-relay.ts';

/** True for what the firewall cannot redirect: IPv6 clients of an IPv4 container, or all if it is off. */
export function isRelayed(config: NetworkConfig, lease: PortLease): boolean {
  return !config.firewall || lease.hostAddress.includes(':');
}

export function relayTarget(endpoint: EndpointRecord, lease: PortLease): RelayTarget {
  return { address: ipv4Of(endpoint), port: lease.containerPort };
}

/** The firewall's elements for endpoints and their ports. Nothing while the firewall is off. */
export function firewallElements(
  config: NetworkConfig,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
  isolates: (attachment: Attachment) => boolean,
): FirewallElements {
  if (!config.firewall) return { ports: [], isolated: [] };
  const endpoints = new Map(attachments.map(({ endpoint }) => [endpoint.id, endpoint]));
  return {
    ports: leases.flatMap((lease) => {
      const endpoint = endpoints.get(lease.endpointId);
      if (endpoint?.ipv4 === undefined || isRelayed(config, lease)) return [];
      return [publishedPort(lease, endpoint)];
    }),
    isolated: attachments.flatMap((attachment) => {
      const name = attachment.endpoint.hostInterface;
      return name !== undefined && isolates(attachment) ? [name] : [];
    }),
  };
}

function publishedPort(lease: PortLease, endpoint: EndpointRecord): PublishedPort {
  const { protocol, hostAddress, hostPort, containerPort } = lease;
  return { protocol, hostAddress, hostPort, containerPort, address: ipv4Of(endpoint) };
}

function ipv4Of(endpoint: EndpointRecord): string {
  return endpoint.ipv4?.split('/')[0] ?? '';
}
