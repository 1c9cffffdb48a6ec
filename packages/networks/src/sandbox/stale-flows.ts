import type { Attachment } from '../model/attachment.ts';
import { isRoutedLease, type PortLease } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import type { HostPortRange } from '../ports/port-spec.ts';
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
  try {
    for (const answeredBy of addresses) await kernel.conntrack.forget({ protocol, answeredBy });
    for (const family of [4, 6] as const) {
      for (const ports of hostPortRanges(published, family)) {
        await kernel.conntrack.forget({ protocol, family, ports });
      }
    }
  } catch (error) {
    reportError(error, 'forgetting the flows of published udp ports');
  }
}

/** The host ports of one family, neighbours together whatever they lead to. */
function hostPortRanges(leases: readonly PortLease[], family: 4 | 6): HostPortRange[] {
  const ranges: { first: number; last: number }[] = [];
  const sorted = leases
    .filter(({ hostAddress }) => hostAddress.includes(':') === (family === 6))
    .sort((a, b) => a.hostPort - b.hostPort);
  for (const { hostPort: first, count } of sorted) {
    const before = ranges.at(-1);
    const last = first + count - 1;
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else ranges.push({ first, last });
  }
  return ranges;
}
