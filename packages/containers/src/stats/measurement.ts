import type {
  ContainerBlkioStats,
  ContainerCPUStats,
  ContainerMemoryStats,
  ContainerNetworkStats,
  ContainerPidsStats,
} from '@berth/engine-api';

/** The text of a control file of the container's cgroup; undefined when there is none. */
export type ReadControl = (controller: string, file: string) => string | undefined;

/** What the kernel has counted for a container so far; CPU times in nanoseconds, sizes in bytes. */
export interface Measurement {
  readonly cpu: Pick<ContainerCPUStats, 'cpu_usage' | 'throttling_data'>;
  /** Without `limit` when there is none. */
  readonly memory: ContainerMemoryStats;
  readonly pids: ContainerPidsStats;
  readonly blkio: ContainerBlkioStats;
}

/** Time of all processors of the machine. */
export interface SystemTimes {
  /** Nanoseconds, idle ones included. */
  readonly total: number;
  readonly online: number;
}

export type NetworkCounters = Readonly<Record<string, ContainerNetworkStats>>;
