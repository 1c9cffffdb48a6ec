import type { NetworkContext } from '../network-context.ts';
import { repairLinks } from './repair-links.ts';

/** Rules and links as they have to be with br_netfilter as it is now. What fails is reported. */
export async function followBridgeFilter(context: NetworkContext): Promise<void> {
  try {
    await context.firewall.restore();
    const links = new Map(context.kernel.links.list().map((link) => [link.name, link]));
    for (const { containerId } of context.store.sandboxes.all()) {
      repairLinks(context, containerId, links);
    }
  } catch (error) {
    context.reportError(error, 'following a change of net.bridge.bridge-nf-call-iptables');
  }
}
