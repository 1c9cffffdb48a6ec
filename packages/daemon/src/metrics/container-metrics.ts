import type { ContainerMeasurement } from '@berth/containers';
import type { ContainerStatsResponse } from '@berth/engine-api';
import type { Metric, MetricSample } from './prometheus-text.ts';

type Labels = Readonly<Record<string, string>>;

/** What is known of every container, and counted for those that run. */
export function containerMetrics(containers: readonly ContainerMeasurement[]): Metric[] {
  const named = ({ id, name }: ContainerMeasurement): Labels => ({ id: id.slice(0, 12), name });
  const running = containers.flatMap((container) =>
    container.stats === undefined ? [] : [{ labels: named(container), stats: container.stats }],
  );
  const perRunning = (value: (stats: ContainerStatsResponse) => number | null | undefined) =>
    running.flatMap(({ labels, stats }) => sample(labels, value(stats)));
  const all: Metric[] = [
    gauge(
      'berth_container_info',
      'Constant 1; image and state of a container.',
      containers.map((it) => ({
        labels: { ...named(it), image: it.image, state: it.state },
        value: 1,
      })),
    ),
    gauge(
      'berth_container_healthy',
      '1 when the health check of a container passes, else 0.',
      containers.flatMap((it) =>
        it.health === undefined
          ? []
          : [{ labels: named(it), value: Number(it.health === 'healthy') }],
      ),
    ),
    counter(
      'berth_container_restarts_total',
      'Restarts by the restart policy.',
      containers.map((it) => ({ labels: named(it), value: it.restartCount })),
    ),
  ];
  for (const [name, help, value] of gauges)
    all.push(gauge(`berth_container_${name}`, help, perRunning(value)));
  for (const [name, help, value] of counters) {
    all.push(counter(`berth_container_${name}_total`, help, perRunning(value)));
  }
  for (const [name, help, member] of networkCounters) {
    const samples = running.flatMap(({ labels, stats }) =>
      Object.entries(stats.networks ?? {}).flatMap(([device, counts]) =>
        sample({ ...labels, interface: device }, counts[member]),
      ),
    );
    all.push(counter(`berth_container_network_${name}_total`, help, samples));
  }
  return all;
}

type Row = readonly [
  name: string,
  help: string,
  value: (stats: ContainerStatsResponse) => number | null | undefined,
];

const gauges: readonly Row[] = [
  ['memory_usage_bytes', 'Memory with page cache.', (it) => it.memory_stats?.usage],
  ['memory_working_set_bytes', 'Memory without the page cache that can be dropped.', workingSet],
  [
    'memory_limit_bytes',
    'Memory limit; all of the machine without one.',
    (it) => it.memory_stats?.limit,
  ],
  ['pids', 'Processes and threads.', (it) => it.pids_stats?.current],
];

const seconds = (nanoseconds: number | undefined) => (nanoseconds ?? 0) / 1e9;

const counters: readonly Row[] = [
  ['cpu_seconds', 'CPU time.', (it) => seconds(it.cpu_stats?.cpu_usage?.total_usage)],
  [
    'cpu_user_seconds',
    'CPU time in user mode.',
    (it) => seconds(it.cpu_stats?.cpu_usage?.usage_in_usermode),
  ],
  [
    'cpu_system_seconds',
    'CPU time in the kernel.',
    (it) => seconds(it.cpu_stats?.cpu_usage?.usage_in_kernelmode),
  ],
  [
    'cpu_throttled_seconds',
    'Time for which the CPU limit held it back.',
    (it) => seconds(it.cpu_stats?.throttling_data?.throttled_time),
  ],
  ['block_read_bytes', 'Bytes read from block devices.', (it) => blockBytes(it, 'r')],
  ['block_write_bytes', 'Bytes written to block devices.', (it) => blockBytes(it, 'w')],
];

const networkCounters = [
  ['receive_bytes', 'Bytes received.', 'rx_bytes'],
  ['receive_packets', 'Packets received.', 'rx_packets'],
  ['receive_errors', 'Errors while receiving.', 'rx_errors'],
  ['receive_dropped', 'Received packets that were dropped.', 'rx_dropped'],
  ['transmit_bytes', 'Bytes sent.', 'tx_bytes'],
  ['transmit_packets', 'Packets sent.', 'tx_packets'],
  ['transmit_errors', 'Errors while sending.', 'tx_errors'],
  ['transmit_dropped', 'Packets to send that were dropped.', 'tx_dropped'],
] as const;

function workingSet({ memory_stats: memory }: ContainerStatsResponse): number {
  const usage = memory?.usage ?? 0;
  const details = memory?.stats ?? {};
  const cache = details.total_inactive_file ?? details.inactive_file ?? 0;
  return Math.max(0, usage - cache);
}

function blockBytes({ blkio_stats: blkio }: ContainerStatsResponse, letter: string): number {
  return (blkio?.io_service_bytes_recursive ?? [])
    .filter(({ op }) => op?.toLowerCase().startsWith(letter))
    .reduce((sum, { value }) => sum + (value ?? 0), 0);
}

function sample(labels: Labels, value: number | null | undefined): MetricSample[] {
  return value === undefined || value === null ? [] : [{ labels, value }];
}

export function gauge(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, help, type: 'gauge', samples };
}

export function counter(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { name, help, type: 'counter', samples };
}
