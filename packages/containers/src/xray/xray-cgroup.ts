import type { XrayCgroup, XrayResource } from '@berth/engine-api';
import type { CgroupLocation } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** Reads one control file of a controller. */
type ReadFile = (controller: string, file: string) => string | undefined;

/** The cgroup's place, and limits beside what is in use. */
export async function cgroupOf(
  { kernel }: ContainerContext,
  entry: ContainerEntry,
): Promise<XrayCgroup> {
  const location = entry.live?.cgroup;
  if (location === undefined) {
    return { Version: kernel.cgroups.host.layout, Path: '', Resources: [] };
  }
  const read: ReadFile = (controller, file) => kernel.cgroups.read(location, controller, file);
  return {
    Version: location.layout,
    Path: pathOf(location),
    Resources: location.layout === 'v2' ? unifiedResources(read) : legacyResources(read),
  };
}

function pathOf({ directories, layout }: CgroupLocation): string {
  const first = layout === 'v2' ? Object.values(directories)[0] : directories['memory'];
  return first ?? Object.values(directories)[0] ?? '';
}

/** cgroup v2: Documentation/admin-guide/cgroup-v2.rst of the kernel. */
export function unifiedResources(read: ReadFile): XrayResource[] {
  const [quota, period] = (read('cpu', 'cpu.max') ?? '').trim().split(' ');
  const used = /^usage_usec (\d+)$/m.exec(read('cpu', 'cpu.stat') ?? '')?.[1];
  return [
    resource('memory', 'bytes', read('memory', 'memory.current'), read('memory', 'memory.max')),
    resource(
      'swap',
      'bytes',
      read('memory', 'memory.swap.current'),
      read('memory', 'memory.swap.max'),
    ),
    resource('pids', 'tasks', read('pids', 'pids.current'), read('pids', 'pids.max')),
    resource('cpu time', 'seconds', used === undefined ? undefined : Number(used) / 1e6),
    resource('cpus', 'cpus', undefined, ratio(quota, period)),
  ].flat();
}

/** cgroup v1: Documentation/admin-guide/cgroup-v1/ of the kernel. */
export function legacyResources(read: ReadFile): XrayResource[] {
  const used = read('cpuacct', 'cpuacct.usage');
  return [
    resource(
      'memory',
      'bytes',
      read('memory', 'memory.usage_in_bytes'),
      read('memory', 'memory.limit_in_bytes'),
    ),
    resource(
      'memory and swap',
      'bytes',
      read('memory', 'memory.memsw.usage_in_bytes'),
      read('memory', 'memory.memsw.limit_in_bytes'),
    ),
    resource('pids', 'tasks', read('pids', 'pids.current'), read('pids', 'pids.max')),
    resource('cpu time', 'seconds', used === undefined ? undefined : Number(used) / 1e9),
    resource(
      'cpus',
      'cpus',
      undefined,
      ratio(read('cpu', 'cpu.cfs_quota_us'), read('cpu', 'cpu.cfs_period_us')),
    ),
  ].flat();
}

/** cgroup v1 says "no limit" with the largest multiple of a page. */
const unlimited = 2 ** 62;

function resource(
  name: string,
  unit: string,
  current: string | number | undefined,
  limit?: string | number,
): XrayResource[] {
  const inUse = numberOf(current);
  const allowed = numberOf(limit);
  if (inUse === undefined && allowed === undefined) return [];
  return [
    {
      Name: name,
      Unit: unit,
      ...(inUse === undefined ? {} : { Current: inUse }),
      ...(allowed === undefined || allowed >= unlimited ? {} : { Limit: allowed }),
    },
  ];
}

function numberOf(value: string | number | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const text = value?.trim();
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** Processors' worth of time; undefined without a quota (`max`, -1). */
function ratio(quota: string | undefined, period: string | undefined): number | undefined {
  const share = numberOf(quota);
  const whole = numberOf(period);
  return share === undefined || !whole ? undefined : share / whole;
}
