import type { ContainerUpdateResponse, HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import type { LiveContainer } from './live-container.ts';
import { applyLimits } from './update/apply-limits.ts';
import { type LimitName, limitWrites } from './update/limit-writes.ts';
import { mergeLimits } from './update/merge-limits.ts';
import { checkResources } from './validate/resource-limits.ts';
import { checkRestartPolicy } from './validate/restart-policy-options.ts';

/**
 * Changes limits and restart policy. A running container gets its limits at once, all or none; the record
 * changes only after the kernel has taken them. To be called from the container's queue.
 */
export async function updateInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  body: HostConfig,
): Promise<ContainerUpdateResponse> {
  const { hostConfig } = entry.record;
  if (entry.state === 'removing' || entry.state === 'dead') {
    const reason = 'container is marked for removal and cannot be "update"';
    throw engineError('containers.update-conflict', { id: entry.id, reason });
  }
  const policy = body.RestartPolicy?.Name ? body.RestartPolicy : undefined;
  checkRestartPolicy(policy);
  const host = {
    cgroups: context.kernel.cgroups.host,
    cpuCount: context.kernel.host.cpuCount,
  };
  checkResources(body, host, 'update');
  const merged = mergeLimits(entry.id, hostConfig, body);
  const { resources, warnings } = checkResources(merged.resources, host);
  // What the host cannot enforce was taken out with a warning.
  const kept = [...merged.asked].filter((name) => resources[name] === merged.resources[name]);
  if (entry.running && entry.live !== undefined) {
    applyToRun(context, entry, entry.live, { resources, changed: new Set(kept) });
  }
  context.store.update(entry, {
    hostConfig: { ...resources, ...(policy === undefined ? {} : { RestartPolicy: policy }) },
  });
  publishContainerEvent(context, entry.record, 'update');
  return { Warnings: warnings };
}

function applyToRun(
  { kernel: { cgroups } }: ContainerContext,
  entry: ContainerEntry,
  { cgroup }: LiveContainer,
  limits: { readonly resources: HostConfig; readonly changed: ReadonlySet<LimitName> },
): void {
  const writes = limitWrites(limits.resources, limits.changed, {
    layout: cgroup.layout,
    read: (controller, file) => cgroups.read(cgroup, controller, file),
  });
  try {
    applyLimits(cgroups, cgroup, writes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('containers.update-failed', { id: entry.id, reason }, { cause });
  }
}
