import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { CgroupHost } from '@berth/kernel';

export interface ResourceHost {
  readonly cgroups: CgroupHost;
  readonly cpuCount: number;
}

const minimumMemory = 6 * 1024 * 1024;

/**
 * Checks limits against each other and the host. Limits that the host cannot enforce are taken out of
 * the result with a warning, as Docker does; contradictions fail with Docker's text. Those of an update may rely on
 * what the container has already.
 */
export function checkResources(
  given: HostConfig,
  host: ResourceHost,
  purpose: 'create' | 'update' = 'create',
): { readonly resources: HostConfig; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  let resources = withoutUnsetMarks(given);
  for (const rule of discardRules) {
    if (!rule.requested(resources) || rule.supported(host.cgroups)) continue;
    warnings.push(rule.warning);
    resources = { ...resources, ...rule.instead };
  }
  checkMemory(resources, purpose);
  checkCpu(resources, host.cpuCount);
  checkRealtime(resources, host.cgroups);
  checkCpuset(resources, host.cgroups);
  checkBlockIo(resources);
  checkUlimits(resources);
  if (resources.OomKillDisable && !resources.Memory) {
    warnings.push(
      'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.',
    );
  }
  return { resources, warnings };
}

/** The CLI says -1 for a swappiness that was not given. */
function withoutUnsetMarks(given: HostConfig): HostConfig {
  if (given.MemorySwappiness !== -1) return given;
  return { ...given, MemorySwappiness: null as unknown as number };
}

interface DiscardRule {
  readonly requested: (resources: HostConfig) => boolean;
  readonly supported: (host: CgroupHost) => boolean;
  readonly warning: string;
  readonly instead: HostConfig;
}

const has = (controller: string) => (host: CgroupHost) => host.controllers.includes(controller);
const hasBlockIo = (host: CgroupHost) =>
  host.controllers.includes('blkio') || host.controllers.includes('io');
const listed = (list: readonly unknown[] | null | undefined) => (list ?? []).length > 0;
const lacks = (what: string) =>
  `Your kernel does not support ${what} or the cgroup is not mounted.`;

/** Limits that are dropped with a warning where the host has no means for them. */
const discardRules: readonly DiscardRule[] = [
  {
    requested: (r) => (r.Memory ?? 0) > 0,
    supported: has('memory'),
    warning: `${lacks('memory limit capabilities')} Limitation discarded.`,
    instead: { Memory: 0, MemorySwap: -1 },
  },
  {
    requested: (r) => (r.Memory ?? 0) > 0 && r.MemorySwap !== -1,
    supported: (host) => host.memorySwap,
    warning: `${lacks('swap limit capabilities')} Memory limited without swap.`,
    instead: { MemorySwap: -1 },
  },
  {
    requested: (r) => typeof r.MemorySwappiness === 'number',
    supported: (host) => host.layout !== 'v2' && has('memory')(host),
    warning: `${lacks('memory swappiness capabilities')} Memory swappiness discarded.`,
    instead: { MemorySwappiness: null as unknown as number },
  },
  {
    requested: (r) => (r.MemoryReservation ?? 0) > 0,
    supported: has('memory'),
    warning: `${lacks('memory soft limit capabilities')} Limitation discarded.`,
    instead: { MemoryReservation: 0 },
  },
  {
    requested: (r) => r.OomKillDisable === true,
    supported: (host) => host.oomKillDisable,
    warning: 'Your kernel does not support OomKillDisable. OomKillDisable discarded.',
    instead: { OomKillDisable: null as unknown as boolean },
  },
  {
    requested: (r) => (r.PidsLimit ?? 0) > 0,
    supported: has('pids'),
    warning: `${lacks('PIDs limit capabilities')} PIDs limit discarded.`,
    instead: { PidsLimit: null },
  },
  {
    requested: (r) => (r.CpuShares ?? 0) > 0,
    supported: has('cpu'),
    warning: `${lacks('CPU shares')} Shares discarded.`,
    instead: { CpuShares: 0 },
  },
  {
    requested: (r) => Boolean(r.CpuPeriod || r.CpuQuota),
    supported: (host) => host.cpuCfs,
    warning: 'Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.',
    instead: { CpuPeriod: 0, CpuQuota: 0 },
  },
  {
    requested: (r) => (r.CpuPercent ?? 0) > 0,
    supported: () => false,
    warning: 'linux does not support CPU percent. Percent discarded.',
    instead: { CpuPercent: 0 },
  },
  {
    requested: (r) => Boolean(r.CpusetCpus || r.CpusetMems),
    supported: has('cpuset'),
    warning: `${lacks('cpuset')} Cpuset discarded.`,
    instead: { CpusetCpus: '', CpusetMems: '' },
  },
  {
    requested: (r) => (r.BlkioWeight ?? 0) > 0,
    supported: (host) => host.blkioWeight,
    warning: `${lacks('Block I/O weight')} Weight discarded.`,
    instead: { BlkioWeight: 0 },
  },
  {
    requested: (r) => listed(r.BlkioWeightDevice),
    supported: (host) => host.blkioWeight,
    warning: `${lacks('Block I/O weight_device')} Weight-device discarded.`,
    instead: { BlkioWeightDevice: [] },
  },
  {
    requested: (r) => listed(r.BlkioDeviceReadBps) || listed(r.BlkioDeviceWriteBps),
    supported: hasBlockIo,
    warning: `${lacks('BPS Block I/O limit')} Block I/O BPS limit discarded.`,
    instead: { BlkioDeviceReadBps: [], BlkioDeviceWriteBps: [] },
  },
  {
    requested: (r) => listed(r.BlkioDeviceReadIOps) || listed(r.BlkioDeviceWriteIOps),
    supported: hasBlockIo,
    warning: `${lacks('IOPS Block limit')} Block I/O IOPS limit discarded.`,
    instead: { BlkioDeviceReadIOps: [], BlkioDeviceWriteIOps: [] },
  },
];

function refuse(reason: string): never {
  throw engineError('containers.invalid-config', { reason });
}

function checkMemory(r: HostConfig, purpose: 'create' | 'update'): void {
  const memory = r.Memory ?? 0;
  const swap = r.MemorySwap ?? 0;
  const reservation = r.MemoryReservation ?? 0;
  if (memory !== 0 && memory < minimumMemory) refuse('Minimum memory limit allowed is 6MB');
  if (memory > 0 && swap > 0 && swap < memory) {
    refuse('Minimum memoryswap limit should be larger than memory limit, see usage');
  }
  if (memory === 0 && swap > 0 && purpose === 'create') {
    refuse('You should always set the Memory limit when using Memoryswap limit, see usage');
  }
  if (swap < -1) refuse(`Invalid value: ${swap}, valid memory swap values are -1 and above`);
  const swappiness = r.MemorySwappiness;
  if (typeof swappiness === 'number' && (swappiness < 0 || swappiness > 100)) {
    refuse(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  }
  if (reservation < 0 || (reservation > 0 && reservation < minimumMemory)) {
    refuse('Minimum memory reservation allowed is 6MB');
  }
  if (memory > 0 && reservation > memory) {
    refuse('Minimum memory limit can not be less than memory reservation limit, see usage');
  }
}

function checkCpu(r: HostConfig, cpuCount: number): void {
  const nano = r.NanoCpus ?? 0;
  const period = r.CpuPeriod ?? 0;
  const quota = r.CpuQuota ?? 0;
  if (nano > 0 && period > 0) {
    refuse('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  }
  if (nano > 0 && quota > 0) {
    refuse('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  }
  if (nano < 0 || nano > cpuCount * 1e9) {
    refuse(
      `range of CPUs is from 0.01 to ${cpuCount}.00, as there are only ${cpuCount} CPUs available`,
    );
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    refuse('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  }
  if (quota > 0 && quota < 1000) refuse('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  if ((r.CpuShares ?? 0) < 0) refuse('shares: invalid argument');
}

/** Not discarded: who asks for real-time scheduling relies on it. */
function checkRealtime(r: HostConfig, host: CgroupHost): void {
  const runtime = r.CpuRealtimeRuntime ?? 0;
  const period = r.CpuRealtimePeriod ?? 0;
  if (runtime === 0 && period === 0) return;
  if (!host.cpuRealtime) refuse('Your kernel does not support CPU real-time scheduler');
  if (runtime < 0 || period < 0) refuse('CPU real-time runtime and period can not be negative');
  if (period !== 0 && runtime > period) {
    refuse('cpu real-time runtime cannot be higher than cpu real-time period');
  }
}

/** `0-3,5`. What a host has that does not say is the kernel's to judge. */
function checkCpuset(r: HostConfig, { cpus, memoryNodes }: CgroupHost): void {
  for (const [value, kind, what, available] of [
    [r.CpusetCpus, 'cpus', 'CPUs', cpus],
    [r.CpusetMems, 'mems', 'memory nodes', memoryNodes],
  ] as const) {
    if (!value) continue;
    const wanted = numbersOf(value);
    if (wanted === undefined) {
      refuse(`Invalid value ${value} for cpuset ${kind}: invalid format: ${value}`);
    }
    const present = numbersOf(available);
    if (present === undefined || wanted.every((number) => present.includes(number))) continue;
    refuse(`Requested ${what} are not available - requested ${value}, available: ${available}`);
  }
}

/** Longer lists are not read: a request could ask for millions of numbers. */
const listLimit = 1000;

/** The numbers of a list in the format of cpuset(7); undefined for what is none. */
function numbersOf(list: string): number[] | undefined {
  if (list.length > listLimit) return undefined;
  if (!/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/.test(list)) return undefined;
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}

function checkBlockIo(r: HostConfig): void {
  const weight = r.BlkioWeight ?? 0;
  if (weight !== 0 && (weight < 10 || weight > 1000)) {
    refuse('Range of blkio weight is from 10 to 1000');
  }
  if (r.IOMaximumBandwidth || r.IOMaximumIOps) {
    refuse('Invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps');
  }
  for (const device of r.BlkioWeightDevice ?? []) {
    const own = device.Weight ?? 0;
    if (own < 10 || own > 1000) refuse('Range of blkio weight is from 10 to 1000');
  }
}

const ulimitNames = new Set(
  `core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack as`.split(
    ' ',
  ),
);

function checkUlimits(r: HostConfig): void {
  for (const { Name = '', Soft = 0, Hard = 0 } of r.Ulimits ?? []) {
    if (!ulimitNames.has(Name.toLowerCase())) refuse(`invalid ulimit type: ${Name}`);
    if (Hard !== -1 && (Soft === -1 || Soft > Hard)) {
      refuse(
        `ulimit soft limit must be less than or equal to hard limit: ${Soft === -1 ? 'soft: -1 (unlimited)' : Soft} > ${Hard}`,
      );
    }
  }
}
