export type CgroupLayout = 'v1' | 'v2' | 'hybrid';
export type CgroupDriver = 'cgroupfs' | 'systemd';

/** Where one container's cgroup lives, per controller (v1) or unified (v2). */
export interface CgroupLocation {
  readonly layout: CgroupLayout;
  /** Controller name → absolute directory. On v2 every controller maps to the same directory. */
  readonly directories: Readonly<Record<string, string>>;
}

export interface CgroupHost {
  readonly layout: CgroupLayout;
  /** Controllers usable here: cpu, cpuset, memory, pids, blkio or io, devices, freezer, hugetlb … */
  readonly controllers: readonly string[];
  /** Single knobs that `info` and the API warnings speak of. */
  readonly memorySwap: boolean;
  readonly oomKillDisable: boolean;
  readonly cpuCfs: boolean;
  readonly cpuRealtime: boolean;
  readonly blkioWeight: boolean;
  /** CPUs and memory nodes for containers, as lists (`0-3,8`); empty when that is not known. */
  readonly cpus: string;
  readonly memoryNodes: string;
}

export interface Cgroups {
  readonly host: CgroupHost;
  /**
   * Directories of the cgroup that a runtime makes for `cgroupsPath` (OCI runtime spec
   * config-linux.md#cgroups-path): `/parent/id` with cgroupfs, `slice:prefix:id` with systemd.
   */
  locate(cgroupsPath: string, driver: CgroupDriver): CgroupLocation;
  freeze(location: CgroupLocation): Promise<void>;
  thaw(location: CgroupLocation): Promise<void>;
  /** Kills by the OOM killer so far; 0 when the cgroup is gone. */
  oomKills(location: CgroupLocation): number;
  /** Process ids in the cgroup and below it. Empty when it is gone. */
  processes(location: CgroupLocation): number[];
  /** Raw contents of one control file of a controller, or undefined when it does not exist. */
  read(location: CgroupLocation, controller: string, file: string): string | undefined;
  write(location: CgroupLocation, controller: string, file: string, value: string): void;
  /**
   * To be called some milliseconds before processes are moved into cgroups: the machine-wide wait that the first
   * move takes then runs meanwhile. Nobody need await it; it never rejects and changes nothing.
   */
  prepareMove(): Promise<void>;
  /**
   * Removes the (empty) cgroup and those below it in every hierarchy. Idempotent. Off the main thread: it waits for
   * whoever else makes or removes cgroups on the machine.
   */
  remove(location: CgroupLocation): Promise<void>;
  /** Names of child cgroups of `parent` (for example `/berth`) in any hierarchy: finds strays. */
  children(parent: string): string[];
}
