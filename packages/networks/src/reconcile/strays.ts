import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bridgeNameOf } from '../drivers/bridge-driver.ts';
import type { NetworkContext } from '../network-context.ts';

/** Form of the names that host ends of our pairs have. */
const ownLinkName = /^veth[0-9a-f]{7}$/;

/** Removes pinned namespaces that no record names. */
export function removeStrayNamespaces({ store, kernel, namespaceDirectory }: NetworkContext): void {
  const known = new Set(store.sandboxes.all().map(({ namespacePath }) => namespacePath));
  for (const name of readdirSync(namespaceDirectory)) {
    const path = join(namespaceDirectory, name);
    if (!known.has(path)) kernel.namespaces.removeNetworkNamespace(path);
  }
}

/**
 * Removes host ends that no record names: ports of bridges of our networks, with a name of our form. Most
 * have gone with their namespace before they are seen here.
 */
export async function removeStrayLinks(context: NetworkContext): Promise<void> {
  const { store, kernel } = context;
  const known = new Set(store.endpoints.all().map(({ hostInterface }) => hostInterface));
  const ownBridges = store.networks
    .all()
    .filter(({ driver }) => driver === 'bridge')
    .map((network) => kernel.links.get(bridgeNameOf(network))?.index)
    .filter((index) => index !== undefined);
  const strays = kernel.links
    .list()
    .filter(
      ({ name, masterIndex }) => ownLinkName.test(name) && ownBridges.includes(masterIndex ?? -1),
    )
    .filter(({ name }) => !known.has(name));
  await Promise.all(strays.map(({ name }) => kernel.links.deleteLink(name)));
}
