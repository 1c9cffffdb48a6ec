import { elementGroups } from '../firewall/element-commands.ts';
import type { NetworkContext } from '../network-context.ts';
import { firewallElements } from '../sandbox/published-ports.ts';
import { attachmentsOf, isolates } from '../sandbox/remove-sandbox.ts';

/** One element of a set or map of Berth's firewall tables, as nft(8) writes it. */
export interface SandboxElement {
  /** Family and name, as in `nft list table TABLE`. */
  readonly table: string;
  readonly set: string;
  readonly element: string;
}

/**
 * The elements that are there because of a container: its ports, links and isolation, and what its networks' bridges
 * are in. From the records, which the tables are made to agree with. Empty while the firewall is off.
 */
export function sandboxElements(context: NetworkContext, containerId: string): SandboxElement[] {
  const { store, config, drivers, firewall } = context;
  if (!config.firewall) return [];
  const attachments = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  const groups = elementGroups({
    ...firewallElements(config, attachments, leases, isolates(context)),
    linked: store.sandboxes.get(containerId)?.linked ?? [],
    networks: attachments
      .map(({ network }) => drivers.get(network.driver)?.firewallNetwork(network))
      .filter((network) => network !== undefined),
  });
  return groups.flatMap(({ family, set, items }) =>
    items.map((element) => ({ table: `${family} ${firewall.name}`, set, element })),
  );
}
