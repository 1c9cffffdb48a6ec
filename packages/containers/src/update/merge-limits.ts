import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { LimitName } from './limit-writes.ts';

const names: readonly LimitName[] = [
  'BlkioWeight',
  'CpuPeriod',
  'CpuQuota',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
  'CpuShares',
  'CpusetCpus',
  'CpusetMems',
  'Memory',
  'MemoryReservation',
  'MemorySwap',
  'NanoCpus',
];

export interface MergedLimits {
  /** The configuration with the limits asked for. */
  readonly resources: HostConfig;
  readonly asked: ReadonlySet<LimitName>;
}

/**
 * Limits of an update over those of the container. Absent and zero members stay as they are, but for the
 * process limit, whose zero is none at all. Fails with Docker's text for what contradicts the present limits.
 */
export function mergeLimits(id: string, present: HostConfig, update: HostConfig): MergedLimits {
  refuseConflicts(id, present, update);
  const asked = new Set<LimitName>(names.filter((name) => Boolean(update[name])));
  const resources: HostConfig = { ...present };
  for (const name of asked) Object.assign(resources, { [name]: update[name] });
  if (typeof update.PidsLimit === 'number') {
    asked.add('PidsLimit');
    resources.PidsLimit = Math.max(update.PidsLimit, 0);
  }
  return { resources, asked };
}

function refuseConflicts(id: string, present: HostConfig, update: HostConfig): void {
  const refuse = (reason: string): never => {
    throw engineError('containers.update-conflict', { id, reason });
  };
  const set = (value: number | undefined): boolean => (value ?? 0) > 0;
  if (set(update.NanoCpus) && set(present.CpuPeriod)) {
    refuse('Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set');
  }
  if (set(update.NanoCpus) && set(present.CpuQuota)) {
    refuse('Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set');
  }
  if (set(update.CpuPeriod) && set(present.NanoCpus)) {
    refuse('Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set');
  }
  if (set(update.CpuQuota) && set(present.NanoCpus)) {
    refuse('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  }
  if (update.Memory && !update.MemorySwap && update.Memory > (present.MemorySwap ?? 0)) {
    refuse(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  }
  if (update.RestartPolicy?.Name && update.RestartPolicy.Name !== 'no' && present.AutoRemove) {
    refuse('Restart policy cannot be updated because AutoRemove is enabled for the container');
  }
}
