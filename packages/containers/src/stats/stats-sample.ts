import type { ContainerCPUStats, ContainerStatsResponse } from '@berth/engine-api';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { formatTimestamp, zeroTime } from '../timestamp.ts';
import { measureLegacy } from './legacy-measurement.ts';
import type { ReadControl, SystemTimes } from './measurement.ts';
import { parseNetworkDevices, parseSystemTimes } from './text-formats.ts';
import { measureUnified } from './unified-measurement.ts';

/** One look at a container: the answer without what was before. */
export type Sample = ContainerStatsResponse;

const noCpu: ContainerCPUStats = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

/** The times of the machine's processors: read once for all containers that are looked at together. */
export function systemTimes({ kernel }: ContainerContext): SystemTimes {
  return parseSystemTimes(kernel.host.processorTimes());
}

/** Synchronous: some ten small files of cgroupfs and procfs. A container that does not run has zeros. */
export function takeSample(
  context: ContainerContext,
  entry: ContainerEntry,
  system: SystemTimes,
): Sample {
  const { kernel, clock } = context;
  const { live, facts } = entry;
  const head = { id: entry.id, name: `/${entry.name}`, os_type: 'linux' };
  if (live === undefined || facts.pid === undefined) return { ...emptySample, ...head };
  const read: ReadControl = (controller, file) =>
    kernel.cgroups.read(live.cgroup, controller, file);
  const found = live.cgroup.layout === 'v2' ? measureUnified(read) : measureLegacy(read);
  const memory = kernel.host.memoryBytes;
  return {
    ...head,
    read: formatTimestamp(clock.nowNano()),
    cpu_stats: {
      ...found.cpu,
      system_cpu_usage: system.total,
      online_cpus: system.online,
    },
    memory_stats: {
      ...found.memory,
      limit: Math.min(found.memory.limit ?? memory, memory),
    },
    ...(usesOwnNetwork(entry)
      ? { networks: parseNetworkDevices(kernel.processes.networkCounters(facts.pid)) }
      : {}),
    pids_stats: found.pids,
    blkio_stats: found.blkio,
    num_procs: 0,
    storage_stats: {},
    preread: zeroTime,
    precpu_stats: noCpu,
  };
}

/** What is measured of the host's network is not the container's. */
function usesOwnNetwork({ record }: ContainerEntry): boolean {
  const mode = record.hostConfig.NetworkMode ?? '';
  return mode !== 'host' && mode !== 'none';
}

/** The sample with the one before it, from which clients reckon the use of CPU. */
export function withPrevious(sample: Sample, previous: Sample | undefined): Sample {
  if (previous?.read === undefined || previous.read === zeroTime) return sample;
  return { ...sample, preread: previous.read, precpu_stats: previous.cpu_stats };
}

const emptySample: Sample = {
  read: zeroTime,
  cpu_stats: noCpu,
  memory_stats: {},
  pids_stats: {},
  blkio_stats: {
    io_service_bytes_recursive: null,
    io_serviced_recursive: null,
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  },
  num_procs: 0,
  storage_stats: {},
  preread: zeroTime,
  precpu_stats: noCpu,
};
