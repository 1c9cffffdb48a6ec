import type { NetworkContext } from '../network-context.ts';
import { repairLinks } from './repair-links.ts';

/** Rules and links as they have to be with br_netfilter as it is now. */
export async function followBridgeFilter(context: NetworkContext): Promise<void> {
  await context.firewall.restore();
  const links = new Map(context.kernel.links.list().map((link) => [link.name, link]));
  for (const containerId of context.states.keys()) repairLinks(context, containerId, links);
}
