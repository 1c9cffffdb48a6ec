import type { Attachment } from '../model/attachment.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import { isRelayed, relayTarget } from './published-ports.ts';

/** Serves the ports that the firewall cannot lead to their containers. */
export async function startRelays(
  { config, relays }: Pick<NetworkContext, 'config' | 'relays'>,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
): Promise<void> {
  const endpoints = new Map(attachments.map(({ endpoint }) => [endpoint.id, endpoint]));
  for (const lease of leases) {
    const endpoint = endpoints.get(lease.endpointId);
    if (endpoint !== undefined && isRelayed(config, lease)) {
      await relays.start(lease, relayTarget(endpoint, lease));
    }
  }
}
