import type { LinkInfo } from '@berth/kernel';
import type { NetworkContext } from '../network-context.ts';
import { attachmentsOf } from '../sandbox/remove-sandbox.ts';

/** Plugs the links of a running container in as they should be. `links`: those of the host, by name. */
export function repairLinks(
  context: NetworkContext,
  containerId: string,
  links: ReadonlyMap<string, LinkInfo>,
): void {
  const hairpin = context.store.portsOfContainer(containerId).length > 0;
  for (const { network, endpoint } of attachmentsOf(context, containerId)) {
    context.drivers.get(network.driver)?.repair(network, endpoint, { hairpin, links });
  }
}
