import { mkdirSync } from 'node:fs';
import type { NetworkContext } from '../network-context.ts';
import { announceEndpoints, openResolver } from '../resolver/open-resolver.ts';
import { isRelayed, relayTarget } from '../sandbox/published-ports.ts';
import { attachmentsOf, releaseLeases } from '../sandbox/remove-sandbox.ts';
import { sandboxState } from '../sandbox/sandbox-state.ts';
import { ensureDefaultNetworks } from './default-networks.ts';
import { foreignFirewallWarnings } from './foreign-firewall.ts';
import { enableForwarding } from './ip-forwarding.ts';
import { removeStrayLinks, removeStrayNamespaces } from './strays.ts';

/**
 * Makes the kernel agree with the database and both with the containers that run. It may be repeated at
 * any time, and takes over from a daemon that was killed at any point.
 */
export async function reconcile(
  context: NetworkContext,
  running: ReadonlySet<string>,
): Promise<void> {
  const { store, config } = context;
  mkdirSync(context.namespaceDirectory, { recursive: true, mode: 0o711 });
  for (const { containerId } of store.sandboxes.all()) {
    if (!running.has(containerId)) forget(context, containerId);
  }
  ensureDefaultNetworks(context);
  enableForwarding(context);
  for (const network of store.networks.all()) context.drivers.get(network.driver)?.prepare(network);
  removeStrayNamespaces(context);
  await removeStrayLinks(context);
  for (const { containerId } of store.sandboxes.all()) await adopt(context, containerId);
  if (config.firewall) await context.firewall.restore();
  else await context.firewall.destroy();
  context.hostWarnings.splice(0, Infinity, ...(await foreignFirewallWarnings(context)));
}

/** What a container that does not run has left: its namespace and its records. */
function forget(context: NetworkContext, containerId: string): void {
  const { store, kernel } = context;
  const path = store.sandboxes.get(containerId)?.namespacePath;
  const attachments = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  for (const lease of leases) context.relays.stop(lease);
  context.states.delete(containerId);
  if (path !== undefined) kernel.namespaces.removeNetworkNamespace(path);
  store.deleteSandbox(containerId);
  releaseLeases(context, attachments, leases, 'links are going');
}

/** Takes a running container's sandbox over: its ports are held, its relays run, its link is plugged in. */
async function adopt(context: NetworkContext, containerId: string): Promise<void> {
  const { store, states, relays, config } = context;
  const record = store.sandboxes.get(containerId);
  if (record === undefined) return;
  const attachments = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  if (!states.has(containerId)) {
    for (const lease of leases) {
      const failure = context.ports.restore(lease);
      if (failure !== undefined) {
        const port = `${lease.hostAddress}:${lease.hostPort}/${lease.protocol}`;
        context.reportError(failure, `taking port ${port} of ${record.containerName} again`);
      }
      const endpoint = attachments.find((item) => item.endpoint.id === lease.endpointId)?.endpoint;
      if (endpoint !== undefined && isRelayed(config, lease)) {
        relays.start(lease, relayTarget(endpoint, lease));
      }
    }
  }
  for (const { network, endpoint } of attachments) {
    const driver = context.drivers.get(network.driver);
    driver?.repair(network, endpoint, { hairpin: leases.length > 0 });
  }
  states.set(containerId, sandboxState(record, attachments, leases));
  announceEndpoints(context, record, attachments);
  try {
    await openResolver(context, record, attachments);
  } catch (error) {
    context.reportError(error, `opening the resolver of ${record.containerName} again`);
  }
}
