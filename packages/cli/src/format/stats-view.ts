import type { ContainerStatsResponse } from '@berth/engine-api';
import type { ListView } from './plain-table.ts';
import { shortId } from './short-id.ts';
import { binarySize, decimalSize } from './sizes.ts';

/** One measurement of one container; without `stats` nothing is known yet. */
export interface StatsRow {
  readonly container: string;
  readonly stats: ContainerStatsResponse | undefined;
}

export function statsRow(container: string, stats: ContainerStatsResponse | undefined): StatsRow {
  return { container, stats: stats?.cpu_stats?.cpu_usage === undefined ? undefined : stats };
}

export const statsTable =
  'table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

const unknown = '--';

/** The columns of `berth stats`. */
export function statsView(trunc: boolean): ListView<StatsRow> {
  const known =
    (value: (stats: ContainerStatsResponse) => string, none = unknown) =>
    ({ stats }: StatsRow) =>
      stats === undefined ? none : value(stats);
  const id = (row: StatsRow) => row.stats?.id ?? row.container;
  return {
    typeName: '*container.statsContext',
    columns: {
      Container: { header: 'CONTAINER', value: (row) => row.container },
      Name: { header: 'NAME', value: known((it) => it.name?.replace(/^\//, '') || unknown) },
      ID: { header: 'CONTAINER ID', value: (row) => (trunc ? shortId(id(row)) : id(row)) },
      CPUPerc: { header: 'CPU %', value: known((it) => percent(cpuPercent(it))) },
      MemUsage: {
        header: 'MEM USAGE / LIMIT',
        value: known(
          (it) => `${binarySize(memoryUse(it))} / ${binarySize(memoryLimit(it))}`,
          '-- / --',
        ),
      },
      MemPerc: {
        header: 'MEM %',
        value: known((it) =>
          percent(memoryLimit(it) === 0 ? 0 : (memoryUse(it) / memoryLimit(it)) * 100),
        ),
      },
      NetIO: { header: 'NET I/O', value: known(networkText) },
      BlockIO: { header: 'BLOCK I/O', value: known(blockText) },
      PIDs: { header: 'PIDS', value: known((it) => String(it.pids_stats?.current ?? 0)) },
    },
  };
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

/** CPU time used since the measurement before, in percent of one CPU. */
function cpuPercent(stats: ContainerStatsResponse): number {
  const [now, before] = [stats.cpu_stats, stats.precpu_stats];
  const used = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const whole = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  const cpus = now?.online_cpus || (now?.cpu_usage?.percpu_usage ?? []).length;
  return used > 0 && whole > 0 ? (used / whole) * cpus * 100 : 0;
}

/** Memory without the page cache that can be dropped. */
function memoryUse(stats: ContainerStatsResponse): number {
  const usage = stats.memory_stats?.usage ?? 0;
  const details = (stats.memory_stats?.stats ?? {}) as Readonly<Record<string, number>>;
  const cache = details.total_inactive_file ?? details.inactive_file ?? 0;
  return cache < usage ? usage - cache : usage;
}

function memoryLimit(stats: ContainerStatsResponse): number {
  return stats.memory_stats?.limit ?? 0;
}

function networkText(stats: ContainerStatsResponse): string {
  const links = Object.values(stats.networks ?? {});
  const received = links.reduce((sum, link) => sum + (link?.rx_bytes ?? 0), 0);
  const sent = links.reduce((sum, link) => sum + (link?.tx_bytes ?? 0), 0);
  return `${decimalSize(received, 3)} / ${decimalSize(sent, 3)}`;
}

function blockText(stats: ContainerStatsResponse): string {
  const entries = stats.blkio_stats?.io_service_bytes_recursive ?? [];
  const sum = (letter: string) =>
    entries
      .filter((entry) => entry.op?.toLowerCase().startsWith(letter))
      .reduce((total, entry) => total + (entry.value ?? 0), 0);
  return `${decimalSize(sum('r'), 3)} / ${decimalSize(sum('w'), 3)}`;
}
