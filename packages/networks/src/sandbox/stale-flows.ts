import type { Attachment } from '../model/attachment.ts';
import { isRoutedLease, type PortLease } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import { addressesOf } from './build-sandbox.ts';

/**
 * A client that goes on sending datagrams keeps its flow alive, and with it the translation to a container that
 * is gone, or none at all to one that has come. Forgets such flows of published udp ports, once the firewall has
 * changed; a failure is reported and disturbs nothing else.
 */
export async function forgetStaleFlows(
  { kernel, config, reportError }: NetworkContext,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
): Promise<void> {
  const published = leases.filter((lease) => lease.protocol === 'udp' && !isRoutedLease(lease));
  if (published.length === 0 || !config.firewall) return;
  const protocol = 'udp';
  const addresses = attachments.flatMap(({ endpoint }) => addressesOf(endpoint));
  const ports = new Map(
    published.map(({ hostPort: port, hostAddress }) => {
      const family = hostAddress.includes(':') ? (6 as const) : (4 as const);
      return [`${family} ${port}`, { protocol, family, port } as const];
    }),
  );
  try {
    for (const answeredBy of addresses) await kernel.conntrack.forget({ protocol, answeredBy });
    for (const filter of ports.values()) await kernel.conntrack.forget(filter);
  } catch (error) {
    reportError(error, 'forgetting the flows of published udp ports');
  }
}
