import type { FirewallElements } from '../firewall/firewall-state.ts';
import type { Attachment } from '../model/attachment.ts';
import { isRoutedLease, type PortLease, portLeaseKey } from '../model/port-lease.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import type { NetworkContext } from '../network-context.ts';
import type { PublishPlan } from '../ports/publish-plan.ts';
import { startRelays } from './port-relays.ts';
import { firewallElements } from './published-ports.ts';
import {
  acquirePorts,
  type PublishTargets,
  publishPlan,
  publishTargets,
  retarget,
} from './publishing.ts';
import { forgetStaleFlows } from './stale-flows.ts';

export interface Republished {
  readonly record: SandboxRecord;
  readonly leases: readonly PortLease[];
}

/**
 * Published ports follow the default gateway: makes them lead to where it is now. `known` are the endpoints
 * that the ports led to until now, `attachments` those that the sandbox has from now on. Host ports are kept
 * where they can be; the firewall changes in one transaction. Idempotent.
 */
export async function republish(
  context: NetworkContext,
  record: SandboxRecord,
  known: readonly Attachment[],
  attachments: readonly Attachment[],
): Promise<Republished> {
  const { store } = context;
  const old = store.portsOfContainer(record.containerId);
  const targets = publishTargets(context, attachments);
  const publish = store.publishedBy(record.containerId);
  const plan = publishPlan(context, publish, attachments, targets);
  const moved = movedLeases(old, plan.publish, targets);
  if (moved?.every((lease, index) => lease.endpointId === old[index]?.endpointId) === true) {
    return { record, leases: old };
  }
  for (const lease of old) await context.relays.stop(lease);
  const leases =
    moved ?? (await acquireAnew(context, record, targets, { old, plan: plan.publish }));
  const changed = { ...record, exposed: plan.exposed };
  store.database.transaction(() => {
    for (const lease of old) store.ports.delete(portLeaseKey(lease));
    for (const lease of leases) store.ports.insert(lease);
    store.sandboxes.put(changed);
  });
  await context.firewall.replace(
    portElements(context, known, old),
    portElements(context, attachments, leases),
  );
  await forgetStaleFlows(context, known, old);
  await startRelays(context, attachments, leases);
  return { record: changed, leases };
}

/** The same host ports led elsewhere; undefined when others are needed. */
function movedLeases(
  old: readonly PortLease[],
  plan: PublishPlan['publish'],
  targets: PublishTargets,
): readonly PortLease[] | undefined {
  const wanted = plan.reduce((sum, { hostAddresses }) => sum + hostAddresses.length, 0);
  if (old.some(isRoutedLease) || (old.length === 0 && wanted > 0)) return undefined;
  const moved = old.map((lease) => retarget(lease, targets));
  return moved.every((lease) => lease !== undefined) ? moved : undefined;
}

async function acquireAnew(
  context: NetworkContext,
  record: SandboxRecord,
  targets: PublishTargets,
  { old, plan }: { readonly old: readonly PortLease[]; readonly plan: PublishPlan['publish'] },
): Promise<PortLease[]> {
  await context.ports.release(old);
  try {
    return await acquirePorts(context, record, targets, plan);
  } catch (error) {
    await context.ports.restore(old);
    throw error;
  }
}

function portElements(
  { config }: NetworkContext,
  attachments: readonly Attachment[],
  leases: readonly PortLease[],
): FirewallElements {
  return firewallElements(config, attachments, leases, () => []);
}
