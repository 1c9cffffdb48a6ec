import type { HostConfig } from '@berth/engine-api';
import type { CgroupLayout } from '@berth/kernel';

/** One value for one control file. */
export interface LimitWrite {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** What takes it back; absent: what the file held. */
  readonly back?: string;
}

/** The cgroup whose limits change. */
export interface LimitTarget {
  readonly layout: CgroupLayout;
  /** Contents of a control file; undefined when there is none. */
  read(controller: string, file: string): string | undefined;
}

export type LimitName =
  | 'BlkioWeight'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpuRealtimePeriod'
  | 'CpuRealtimeRuntime'
  | 'CpuShares'
  | 'CpusetCpus'
  | 'CpusetMems'
  | 'Memory'
  | 'MemoryReservation'
  | 'MemorySwap'
  | 'NanoCpus'
  | 'PidsLimit';

/**
 * What to write, in this order, so that the cgroup of a running container gets the `changed` members of
 * `resources`. Numbers are converted as OCI runtimes convert them for cgroup v2.
 */
export function limitWrites(
  resources: HostConfig,
  changed: ReadonlySet<LimitName>,
  target: LimitTarget,
): LimitWrite[] {
  const request: Request = { resources, changed, target };
  const unified = target.layout === 'v2';
  return [
    ...(unified ? unifiedMemory(request) : legacyMemory(request)),
    ...(unified ? unifiedCpu(request) : legacyCpu(request)),
    ...cpuset(request),
    ...pids(request),
    ...(unified ? unifiedBlockIo(request) : legacyBlockIo(request)),
  ];
}

interface Request {
  readonly resources: HostConfig;
  readonly changed: ReadonlySet<LimitName>;
  readonly target: LimitTarget;
}

const write = (controller: string, file: string, value: number | string): LimitWrite => ({
  controller,
  file,
  value: String(value),
});

/** `memsw` must never be below the limit, so it goes first unless it would be below the present one. */
function legacyMemory({ resources, changed, target }: Request): LimitWrite[] {
  const { Memory = 0, MemorySwap = 0, MemoryReservation = 0 } = resources;
  const limit = changed.has('Memory') ? [write('memory', 'memory.limit_in_bytes', Memory)] : [];
  const swapFile = 'memory.memsw.limit_in_bytes';
  const accounted = target.read('memory', swapFile) !== undefined;
  const swap =
    changed.has('MemorySwap') && accounted ? [write('memory', swapFile, MemorySwap)] : [];
  const present = Number(target.read('memory', 'memory.limit_in_bytes') ?? 0);
  const swapFirst = MemorySwap === -1 || MemorySwap >= present;
  const soft = changed.has('MemoryReservation')
    ? [write('memory', 'memory.soft_limit_in_bytes', MemoryReservation)]
    : [];
  return [...(swapFirst ? [...swap, ...limit] : [...limit, ...swap]), ...soft];
}

/** MemorySwap counts memory and swap together, memory.swap.max swap alone: it follows both. */
function unifiedMemory({ resources, changed, target }: Request): LimitWrite[] {
  const { Memory = 0, MemorySwap = 0, MemoryReservation = 0 } = resources;
  const writes: LimitWrite[] = [];
  const limited = changed.has('Memory') || changed.has('MemorySwap');
  if (limited && MemorySwap !== 0 && target.read('memory', 'memory.swap.max') !== undefined) {
    const swap = MemorySwap === -1 ? 'max' : MemorySwap - Memory;
    writes.push(write('memory', 'memory.swap.max', swap));
  }
  if (changed.has('Memory')) writes.push(write('memory', 'memory.max', Memory));
  if (changed.has('MemoryReservation')) {
    writes.push(write('memory', 'memory.low', MemoryReservation));
  }
  return writes;
}

const nanoPeriod = 100_000;

/** Undefined members are as they were. Nano CPUs are the share of one CPU in 10⁻⁹. */
function bandwidth({ resources, changed }: Request): { period?: number; quota?: number } {
  if (changed.has('NanoCpus')) {
    return { period: nanoPeriod, quota: Math.floor((resources.NanoCpus ?? 0) / 10_000) };
  }
  return {
    ...(changed.has('CpuPeriod') ? { period: resources.CpuPeriod ?? 0 } : {}),
    ...(changed.has('CpuQuota') ? { quota: resources.CpuQuota ?? 0 } : {}),
  };
}

function legacyCpu(request: Request): LimitWrite[] {
  const { resources, changed } = request;
  const { period, quota } = bandwidth(request);
  const writes: LimitWrite[] = [];
  if (changed.has('CpuShares')) writes.push(write('cpu', 'cpu.shares', resources.CpuShares ?? 0));
  if (period !== undefined) writes.push(write('cpu', 'cpu.cfs_period_us', period));
  if (quota !== undefined) writes.push(write('cpu', 'cpu.cfs_quota_us', quota));
  if (changed.has('CpuRealtimePeriod')) {
    writes.push(write('cpu', 'cpu.rt_period_us', resources.CpuRealtimePeriod ?? 0));
  }
  if (changed.has('CpuRealtimeRuntime')) {
    writes.push(write('cpu', 'cpu.rt_runtime_us', resources.CpuRealtimeRuntime ?? 0));
  }
  return writes;
}

function unifiedCpu(request: Request): LimitWrite[] {
  const { resources, changed } = request;
  const { period, quota } = bandwidth(request);
  const writes: LimitWrite[] = [];
  if (changed.has('CpuShares')) {
    writes.push(write('cpu', 'cpu.weight', weightOfShares(resources.CpuShares ?? 0)));
  }
  if (period !== undefined || quota !== undefined) {
    const length = period ?? (resources.CpuPeriod || nanoPeriod);
    const time = quota ?? resources.CpuQuota ?? 0;
    writes.push(write('cpu', 'cpu.max', `${time > 0 ? time : 'max'} ${length}`));
  }
  return writes;
}

/** [2, 262144] to [1, 10000]. */
function weightOfShares(shares: number): number {
  const within = Math.min(Math.max(shares, 2), 262_144);
  return Math.floor(1 + ((within - 2) * 9999) / 262_142);
}

function cpuset({ resources, changed }: Request): LimitWrite[] {
  const writes: LimitWrite[] = [];
  if (changed.has('CpusetCpus')) {
    writes.push(write('cpuset', 'cpuset.cpus', resources.CpusetCpus ?? ''));
  }
  if (changed.has('CpusetMems')) {
    writes.push(write('cpuset', 'cpuset.mems', resources.CpusetMems ?? ''));
  }
  return writes;
}

function pids({ resources, changed }: Request): LimitWrite[] {
  if (!changed.has('PidsLimit')) return [];
  const limit = resources.PidsLimit ?? 0;
  return [write('pids', 'pids.max', limit > 0 ? limit : 'max')];
}

function legacyBlockIo({ resources, changed, target }: Request): LimitWrite[] {
  if (!changed.has('BlkioWeight')) return [];
  const bfq = target.read('blkio', 'blkio.bfq.weight') !== undefined;
  const file = bfq ? 'blkio.bfq.weight' : 'blkio.weight';
  return [write('blkio', file, resources.BlkioWeight ?? 0)];
}

/** io.weight is [1, 10000] where the API says [10, 1000]; that of BFQ is on the API's scale. */
function unifiedBlockIo({ resources, changed, target }: Request): LimitWrite[] {
  if (!changed.has('BlkioWeight')) return [];
  const weight = resources.BlkioWeight ?? 0;
  if (target.read('io', 'io.bfq.weight') !== undefined)
    return [write('io', 'io.bfq.weight', weight)];
  return [write('io', 'io.weight', Math.floor(1 + ((weight - 10) * 9999) / 990))];
}
