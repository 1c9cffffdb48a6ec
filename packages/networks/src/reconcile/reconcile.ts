import { existsSync, mkdirSync } from 'node:fs';
import { type LinkInfo, loopTurn } from '@berth/kernel';
import { finishRemoval } from '../lifecycle/network-remove.ts';
import type { Attachment } from '../model/attachment.ts';
import { showHostPorts } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { announceEndpoints, openResolver } from '../resolver/open-resolver.ts';
import { withdrawEndpoint } from '../sandbox/disconnect-endpoint.ts';
import { startRelays } from '../sandbox/port-relays.ts';
import { rearrange } from '../sandbox/rearrange.ts';
import { attachmentsOf, byDeparture, detachAll, releaseLeases } from '../sandbox/remove-sandbox.ts';
import { sandboxState } from '../sandbox/sandbox-state.ts';
import { ensureDefaultNetworks } from './default-networks.ts';
import { refreshHostWarnings } from './foreign-firewall.ts';
import { enableForwarding } from './ip-forwarding.ts';
import { repairLinks } from './repair-links.ts';
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
    if (!running.has(containerId)) await forget(context, containerId);
  }
  ensureDefaultNetworks(context);
  enableForwarding(context, store.visibleNetworks());
  await prepareNetworks(context);
  removeStrayNamespaces(context);
  await removeStrayLinks(context);
  if (config.firewall) await context.firewall.restore();
  else await context.firewall.destroy();
  const links = new Map(context.kernel.links.list().map((link) => [link.name, link]));
  for (const record of store.sandboxes.all()) {
    await loopTurn();
    try {
      await adopt(context, record, links);
    } catch (error) {
      context.reportError(error, `taking over the network of ${record.containerName}`);
    }
  }
  if (config.firewall) {
    await context.guard.start();
    context.bridgeFilter.start();
  }
  await context.firewalld?.start();
  await refreshHostWarnings(context);
}

/** Networks that were being made or removed go; of the others one that fails does not keep the rest. */
async function prepareNetworks(context: NetworkContext): Promise<void> {
  for (const network of context.store.networks.all()) {
    try {
      if (network.stage !== undefined) await finishRemoval(context, network);
      else await context.drivers.get(network.driver)?.prepare(network);
    } catch (error) {
      if (network.name === 'bridge') throw error;
      context.reportError(error, `preparing the network ${network.name}`);
    }
  }
}

/** What a container that does not run has left: its namespace and its records. */
async function forget(context: NetworkContext, containerId: string): Promise<void> {
  const { store, kernel } = context;
  const path = store.sandboxes.get(containerId)?.namespacePath;
  const attachments = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  for (const lease of leases) await context.relays.stop(lease);
  context.states.delete(containerId);
  context.resolver.close(containerId);
  for (const { endpoint } of attachments) context.directory.delete(endpoint.id);
  const { early, late } = byDeparture(context, attachments);
  await detachAll(context, early, path !== undefined && existsSync(path) ? path : undefined);
  if (path !== undefined) kernel.namespaces.removeNetworkNamespace(path);
  await detachAll(context, late);
  store.deleteSandbox(containerId);
  await releaseLeases(context, attachments, leases, 'links are going');
}

/**
 * Takes a running container's sandbox over: its ports are held, its relays run, its links are plugged in, its
 * names are known; endpoints that were coming or going are gone.
 */
async function adopt(
  context: NetworkContext,
  record: SandboxRecord,
  links: ReadonlyMap<string, LinkInfo>,
): Promise<void> {
  const { store, states } = context;
  const { containerId } = record;
  const all = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  if (!states.has(containerId)) {
    for (const { lease, error } of await context.ports.restore(leases)) {
      const port = `${showHostPorts(lease)}/${lease.protocol}`;
      context.reportError(error, `taking port ${port} of ${record.containerName} again`);
    }
    await startRelays(context, all, leases);
  }
  repairLinks(context, containerId, links);
  const unfinished = all.filter(({ endpoint }) => endpoint.stage !== undefined);
  await reopen(context, record, all);
  for (const attachment of unfinished) await withdrawEndpoint(context, record, attachment);
  const present = all.filter((attachment) => !unfinished.includes(attachment));
  const settled = await rearrange(context, store.sandboxes.get(containerId) ?? record, {
    ...{ before: present, after: present },
  });
  states.set(containerId, sandboxState(settled.record, settled.attachments, settled.leases));
}

async function reopen(
  context: NetworkContext,
  record: SandboxRecord,
  attachments: readonly Attachment[],
): Promise<void> {
  announceEndpoints(context, record, attachments);
  try {
    await openResolver(context, record, attachments);
  } catch (error) {
    context.reportError(error, `opening the resolver of ${record.containerName} again`);
  }
}
