import type { ContainerBlkioStatEntry } from '@berth/engine-api';
import type { Measurement, ReadControl } from './measurement.ts';
import { parseCount, parseFlatKeyed, parseIoStat } from './text-formats.ts';

const nanosecondsPerMicrosecond = 1000;

/** Reads the one hierarchy of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). */
export function measureUnified(read: ReadControl): Measurement {
  const limit = parseCount(read('pids', 'pids.max'));
  return {
    cpu: cpuOf(parseFlatKeyed(read('cpu', 'cpu.stat'))),
    memory: memoryOf(read),
    pids: {
      current: parseCount(read('pids', 'pids.current')) ?? 0,
      ...(limit === undefined ? {} : { limit }),
    },
    blkio: blockIoOf(read),
  };
}

function cpuOf(counts: Readonly<Record<string, number>>): Measurement['cpu'] {
  const nanoseconds = (name: string) => (counts[name] ?? 0) * nanosecondsPerMicrosecond;
  return {
    cpu_usage: {
      total_usage: nanoseconds('usage_usec'),
      usage_in_kernelmode: nanoseconds('system_usec'),
      usage_in_usermode: nanoseconds('user_usec'),
    },
    throttling_data: {
      periods: counts.nr_periods ?? 0,
      throttled_periods: counts.nr_throttled ?? 0,
      throttled_time: nanoseconds('throttled_usec'),
    },
  };
}

function memoryOf(read: ReadControl): Measurement['memory'] {
  const limit = parseCount(read('memory', 'memory.max'));
  const refused = parseFlatKeyed(read('memory', 'memory.events')).oom ?? 0;
  const peak = parseCount(read('memory', 'memory.peak'));
  return {
    usage: parseCount(read('memory', 'memory.current')) ?? 0,
    ...(peak === undefined ? {} : { max_usage: peak }),
    stats: parseFlatKeyed(read('memory', 'memory.stat')),
    ...(refused === 0 ? {} : { failcnt: refused }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function blockIoOf(read: ReadControl): Measurement['blkio'] {
  const devices = parseIoStat(read('io', 'io.stat'));
  const entries = (reads: string, writes: string): ContainerBlkioStatEntry[] =>
    devices.flatMap(({ major, minor, counts }) => [
      { major, minor, op: 'read', value: counts[reads] ?? 0 },
      { major, minor, op: 'write', value: counts[writes] ?? 0 },
    ]);
  return {
    io_service_bytes_recursive: entries('rbytes', 'wbytes'),
    io_serviced_recursive: entries('rios', 'wios'),
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  };
}
