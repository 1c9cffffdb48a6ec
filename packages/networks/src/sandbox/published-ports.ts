import {
  type FirewallElements,
  noElements,
  type PublishedPort,
  type RoutedPort,
} from '../firewall/firewall-state.ts';
import type { Attachment } from '../model/attachment.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { isRoutedLease, type PortLease } from '../model/port-lease.ts';
import type { NetworkConfig } from '../network-config.ts';
import type { RelayTarget } from '../ports/port-relay.ts';

/**
 * True for what the daemon itself serves: IPv6 clients of an IPv4 container; IPv6 clients on the host's own
 * loopback, whom the firewall cannot redirect; or all, when the firewall is off or the host's input rules are
 * to decide.
 */
export function isRelayed(config: NetworkConfig, lease: PortLease): boolean {
  if (isRoutedLease(lease) || lease.protocol === 'sctp') return false;
  if (!config.firewall || config.publishMode === 'respect') return true;
  return config.ipv6Relay && lease.hostAddress.includes(':');
}

export function relayTarget(endpoint: EndpointRecord, lease: PortLease): RelayTarget {
  return { address: bare(endpoint.ipv4 ?? endpoint.ipv6), port: lease.containerPort };
}

/** The firewall's elements for endpoints and their ports. Nothing while the firewall is off. */
export function firewallElements(
  config: NetworkConfig,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
  isolates: (attachment: Attachment) => readonly (4 | 6)[],
): FirewallElements {
  if (!config.firewall) return noElements;
  const endpoints = new Map(attachments.map(({ endpoint }) => [endpoint.id, endpoint]));
  const pairs = leases.flatMap((lease) => {
    const address = addressFor(lease, endpoints.get(lease.endpointId));
    return address === undefined ? [] : [{ lease, address }];
  });
  return {
    ...noElements,
    ports:
      config.publishMode === 'respect'
        ? []
        : pairs.filter(({ lease }) => !isRoutedLease(lease)).map(publishedPort),
    routed: pairs.filter(({ lease }) => isRoutedLease(lease)).map(routedPort),
    isolated: attachments.flatMap((attachment) => {
      const link = attachment.endpoint.hostInterface;
      return link === undefined ? [] : isolates(attachment).map((family) => ({ link, family }));
    }),
  };
}

/** The endpoint's address of the family of the lease's clients; undefined when those have to be relayed. */
function addressFor(lease: PortLease, endpoint: EndpointRecord | undefined): string | undefined {
  const address = lease.hostAddress.includes(':') ? endpoint?.ipv6 : endpoint?.ipv4;
  return lease.hostAddress === '::1' || address === undefined ? undefined : bare(address);
}

interface Pair {
  readonly lease: PortLease;
  readonly address: string;
}

function publishedPort({ lease, address }: Pair): PublishedPort {
  const { protocol, hostAddress, hostPort, containerPort, count } = lease;
  return { protocol, hostAddress, hostPort, containerPort, count, address };
}

function routedPort({ lease: { protocol, containerPort, count }, address }: Pair): RoutedPort {
  return { protocol, containerPort, count, address };
}

function bare(address: string | undefined): string {
  return address?.split('/')[0] ?? '';
}
