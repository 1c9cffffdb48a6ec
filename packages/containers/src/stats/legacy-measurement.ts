import type { ContainerBlkioStatEntry } from '@berth/engine-api';
import type { Measurement, ReadControl } from './measurement.ts';
import {
  nanosecondsPerTick,
  parseCount,
  parseFlatKeyed,
  parseLegacyBlockIo,
} from './text-formats.ts';

/** Above it a limit of cgroup v1 means none: it counts in pages up to the largest signed number. */
const noLimit = 2 ** 62;

/** Files of the blkio controller by what they hold; the first that counts anything is used. */
const blockIoFiles = {
  io_service_bytes_recursive: [
    'blkio.throttle.io_service_bytes_recursive',
    'blkio.bfq.io_service_bytes_recursive',
  ],
  io_serviced_recursive: [
    'blkio.throttle.io_serviced_recursive',
    'blkio.bfq.io_serviced_recursive',
  ],
} as const;

/** Reads the hierarchies of cgroup v1 (Documentation/admin-guide/cgroup-v1). */
export function measureLegacy(read: ReadControl): Measurement {
  return {
    cpu: cpuOf(read),
    memory: memoryOf(read),
    pids: {
      current: parseCount(read('pids', 'pids.current')) ?? 0,
      ...optional('limit', parseCount(read('pids', 'pids.max'))),
    },
    blkio: {
      io_service_bytes_recursive: blockIo(read, blockIoFiles.io_service_bytes_recursive),
      io_serviced_recursive: blockIo(read, blockIoFiles.io_serviced_recursive),
      io_queue_recursive: [],
      io_service_time_recursive: [],
      io_wait_time_recursive: [],
      io_merged_recursive: [],
      io_time_recursive: [],
      sectors_recursive: [],
    },
  };
}

function cpuOf(read: ReadControl): Measurement['cpu'] {
  const modes = parseFlatKeyed(read('cpuacct', 'cpuacct.stat'));
  const bandwidth = parseFlatKeyed(read('cpu', 'cpu.stat'));
  const each = read('cpuacct', 'cpuacct.usage_percpu')?.trim();
  return {
    cpu_usage: {
      total_usage: parseCount(read('cpuacct', 'cpuacct.usage')) ?? 0,
      ...(each ? { percpu_usage: each.split(/\s+/).map(Number) } : {}),
      usage_in_kernelmode: (modes.system ?? 0) * nanosecondsPerTick,
      usage_in_usermode: (modes.user ?? 0) * nanosecondsPerTick,
    },
    throttling_data: {
      periods: bandwidth.nr_periods ?? 0,
      throttled_periods: bandwidth.nr_throttled ?? 0,
      throttled_time: bandwidth.throttled_time ?? 0,
    },
  };
}

function memoryOf(read: ReadControl): Measurement['memory'] {
  const count = (file: string) => parseCount(read('memory', file));
  const limit = count('memory.limit_in_bytes');
  return {
    usage: count('memory.usage_in_bytes') ?? 0,
    ...optional('max_usage', count('memory.max_usage_in_bytes')),
    stats: parseFlatKeyed(read('memory', 'memory.stat')),
    ...optional('failcnt', count('memory.failcnt') || undefined),
    ...optional('limit', limit !== undefined && limit < noLimit ? limit : undefined),
  };
}

function blockIo(read: ReadControl, files: readonly string[]): ContainerBlkioStatEntry[] {
  for (const file of files) {
    const entries = parseLegacyBlockIo(read('blkio', file));
    if (entries.length > 0) return entries;
  }
  return [];
}

function optional<Name extends string>(
  name: Name,
  value: number | undefined,
): { readonly [key in Name]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: number });
}
