import type { Attachment } from '../model/attachment.ts';
import type { PortLease } from '../model/port-lease.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkEvent } from '../network-events.ts';
import type { SandboxRemoval } from '../network-service.ts';
import { addressesOf } from './build-sandbox.ts';
import { driverOf } from './plan-attachments.ts';
import { firewallElements } from './published-ports.ts';
import { releaseAddress } from './reserve-endpoint.ts';
import { forgetStaleFlows } from './stale-flows.ts';

/**
 * Undoes a sandbox wherever its making or removing got to. The firewall lets go of the container first
 * and its leases are given back last, so that nobody else's address is ever published. Idempotent.
 */
export async function removeSandbox(
  context: NetworkContext,
  containerId: string,
  { shared = false }: SandboxRemoval = {},
): Promise<void> {
  const { store, states, departing } = context;
  const record = store.sandboxes.get(containerId);
  if (record === undefined) return;
  const attachments = attachmentsOf(context, containerId);
  const leases = store.portsOfContainer(containerId);
  const wasComplete = states.delete(containerId);
  departing.add(containerId);
  try {
    context.resolver.close(containerId);
    for (const { endpoint } of attachments) context.directory.delete(endpoint.id);
    for (const lease of leases) await context.relays.stop(lease);
    const elements = firewallElements(context.config, attachments, leases, isolates(context));
    const linked = context.config.firewall ? (record.linked ?? []) : [];
    await context.firewall.remove({ ...elements, linked });
    await forgetStaleFlows(context, attachments, leases);
    context.faultPoint('sandbox.unpublished');
    const { early, late } = byDeparture(context, attachments, shared);
    await detachAll(context, early, record.namespacePath);
    if (record.namespacePath !== undefined) {
      await context.kernel.namespaces.removeNetworkNamespaceAsync(record.namespacePath);
    }
    context.faultPoint('sandbox.unpinned');
    await detachAll(context, late);
    store.deleteSandbox(containerId);
    context.faultPoint('sandbox.forgotten');
    await releaseLeases(context, attachments, leases, 'links are going');
  } finally {
    departing.delete(containerId);
  }
  if (!wasComplete) return;
  for (const { network } of attachments) {
    publishNetworkEvent(context, 'disconnect', network, containerId);
  }
}

/** Endpoints that leave a namespace which is still there, and those that go with it. `isKept`: it may stay, so all leave. */
export function byDeparture(
  { drivers }: Pick<NetworkContext, 'drivers'>,
  attachments: readonly Attachment[],
  isKept = false,
): { readonly early: readonly Attachment[]; readonly late: readonly Attachment[] } {
  const leaves = ({ network }: Attachment) =>
    isKept || drivers.get(network.driver)?.needs.linkBack === true;
  return {
    early: attachments.filter(leaves),
    late: attachments.filter((attachment) => !leaves(attachment)),
  };
}

/**
 * Tells the drivers of endpoints that go; `namespacePath` where their namespace is to stay. A driver that fails, or a
 * plug-in that is gone, is reported and does not keep anything: nobody can do more.
 */
export async function detachAll(
  context: NetworkContext,
  attachments: readonly Attachment[],
  namespacePath?: string,
): Promise<void> {
  const options = namespacePath === undefined ? {} : { namespacePath };
  for (const { network, endpoint } of attachments) {
    try {
      await driverOf(context, network).detach(network, endpoint, options);
    } catch (error) {
      context.reportError(error, `detaching endpoint ${endpoint.id} from ${network.name}`);
    }
  }
}

/** Gives addresses and ports back, in memory and at address managers. */
export async function releaseLeases(
  context: NetworkContext,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
  links: 'nothing was made' | 'links are going',
): Promise<void> {
  await context.ports.release(leases);
  for (const { network, endpoint } of attachments) {
    const link = links === 'links are going' ? endpoint.hostInterface : undefined;
    for (const address of addressesOf(endpoint)) {
      try {
        await releaseAddress(context, network, address, link);
      } catch (error) {
        context.reportError(error, `giving back ${address} of ${network.name}`);
      }
    }
  }
}

/** The container's endpoints in networks that still exist. */
export function attachmentsOf(context: NetworkContext, containerId: string): Attachment[] {
  return context.store.endpointsOfContainer(containerId).flatMap((endpoint) => {
    const network = context.store.networks.get(endpoint.networkId);
    return network === undefined ? [] : [{ network, endpoint }];
  });
}

/** Tells in which families endpoints are to be kept from their neighbours by their links. */
export function isolates(context: NetworkContext): (attachment: Attachment) => readonly (4 | 6)[] {
  return ({ network }) => context.drivers.get(network.driver)?.isolatedFamilies(network) ?? [];
}
