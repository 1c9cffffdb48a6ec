import type { SystemInfo } from '@berth/engine-api';
import { counter, gauge } from './container-metrics.ts';
import type { Metric, MetricSample } from './prometheus-text.ts';

/** What the process has used and holds. */
export interface ProcessFacts {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly openDescriptors: number;
  /** Seconds since the epoch. */
  readonly startedAt: number;
}

/** Of the daemon itself; names that Docker has are Docker's. */
export function engineMetrics(
  info: SystemInfo,
  facts: ProcessFacts,
  events: readonly MetricSample[],
): Metric[] {
  const states = [
    ['running', info.ContainersRunning],
    ['paused', info.ContainersPaused],
    ['stopped', info.ContainersStopped],
  ] as const;
  const one = (value: number | null | undefined): MetricSample[] => [{ value: value ?? 0 }];
  const labels = {
    version: info.ServerVersion ?? '',
    architecture: info.Architecture ?? '',
    graphdriver: info.Driver ?? '',
    kernel: info.KernelVersion ?? '',
    os: info.OperatingSystem ?? '',
    os_type: info.OSType ?? '',
  };
  return [
    gauge('engine_daemon_engine_info', 'Constant 1; what the engine is.', [{ labels, value: 1 }]),
    gauge('engine_daemon_engine_cpus_cpus', 'CPUs that the engine has.', one(info.NCPU)),
    gauge('engine_daemon_engine_memory_bytes', 'Memory of the machine.', one(info.MemTotal)),
    gauge(
      'engine_daemon_container_states_containers',
      'Containers by state.',
      states.map(([state, value]) => ({ labels: { state }, value: value ?? 0 })),
    ),
    gauge('berth_images', 'Images.', one(info.Images)),
    counter('berth_events_total', 'Events by type of object and action.', events),
    counter('process_cpu_seconds_total', 'CPU time of the daemon.', one(facts.cpuSeconds)),
    gauge('process_resident_memory_bytes', 'Memory of the daemon.', one(facts.residentBytes)),
    gauge('process_open_fds', 'Open descriptors of the daemon.', one(facts.openDescriptors)),
    gauge('process_start_time_seconds', 'Start of the daemon.', one(facts.startedAt)),
  ];
}
