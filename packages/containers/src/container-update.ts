import type { ContainerUpdateResponse, HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import type { LiveContainer } from './live-container.ts';
import { blockDeviceNumbers } from './start/devices.ts';
import { applyLimits } from './update/apply-limits.ts';
import {
  askedDeviceLimits,
  type DeviceLimitName,
  type DeviceLimitRequest,
  type DeviceNumbers,
  deviceLimitWrites,
} from './update/device-limits.ts';
import { type LimitName, type LimitTarget, limitWrites } from './update/limit-writes.ts';
import { mergeLimits } from './update/merge-limits.ts';
import { checkResources } from './validate/resource-limits.ts';
import { checkRestartPolicy } from './validate/restart-policy-options.ts';

/**
 * Changes limits and restart policy. A running container gets its limits at once, all or none. The plan is recorded
 * before, and becomes the configuration after the kernel has taken it: an update that is cut off is finished by the
 * next daemon. To be called from the container's queue.
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
  const devices = askedDeviceLimits(body);
  for (const name of devices) Object.assign(merged.resources, { [name]: body[name] });
  const { resources, warnings } = checkResources(merged.resources, host);
  const deviceNumbers = await numbersOf(hostConfig, resources, devices);
  // What the host cannot enforce was taken out with a warning.
  const kept = [...merged.asked].filter((name) => resources[name] === merged.resources[name]);
  context.store.updateFacts(entry, {
    update: {
      hostConfig: { ...resources, ...(policy === undefined ? {} : { RestartPolicy: policy }) },
      changed: kept,
      ...(devices.length === 0 ? {} : { devices, deviceNumbers }),
    },
  });
  context.faultPoint('update.planned');
  finishUpdate(context, entry);
  return { Warnings: warnings };
}

/** Those of the devices that rules were or are to be for. A device that has gone has no rule any more. */
async function numbersOf(
  present: HostConfig,
  wanted: HostConfig,
  changed: readonly DeviceLimitName[],
): Promise<DeviceNumbers> {
  if (changed.length === 0) return {};
  const before = await blockDeviceNumbers(present).catch(() => ({}));
  return { ...before, ...(await blockDeviceNumbers(wanted)) };
}

/** Carries out the update that is planned, if there is one. One that the kernel refuses is given up. Idempotent. */
export function finishUpdate(context: ContainerContext, entry: ContainerEntry): void {
  const { update, ...facts } = entry.facts;
  if (update === undefined) return;
  const { hostConfig, changed, devices = [], deviceNumbers = {} } = update;
  try {
    if (entry.running && entry.live !== undefined) {
      applyToRun(context, entry, entry.live, {
        resources: hostConfig,
        changed: new Set(changed),
        rules: {
          present: entry.record.hostConfig,
          wanted: hostConfig,
          changed: devices,
          numbers: deviceNumbers,
        },
      });
    }
  } catch (error) {
    context.store.update(entry, { facts });
    throw error;
  }
  context.faultPoint('update.applied');
  context.store.update(entry, { hostConfig, facts });
  publishContainerEvent(context, entry.record, 'update');
}

function applyToRun(
  { kernel: { cgroups } }: ContainerContext,
  entry: ContainerEntry,
  { cgroup }: LiveContainer,
  limits: {
    readonly resources: HostConfig;
    readonly changed: ReadonlySet<LimitName>;
    readonly rules: Omit<DeviceLimitRequest, 'target'>;
  },
): void {
  const target: LimitTarget = {
    layout: cgroup.layout,
    read: (controller, file) => cgroups.read(cgroup, controller, file),
  };
  const writes = [
    ...limitWrites(limits.resources, limits.changed, target),
    ...deviceLimitWrites({ ...limits.rules, target }),
  ];
  try {
    applyLimits(cgroups, cgroup, writes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('containers.update-failed', { id: entry.id, reason }, { cause });
  }
}
