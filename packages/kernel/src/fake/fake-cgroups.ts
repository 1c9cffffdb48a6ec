import { engineError } from '@berth/errors';
import type { CgroupHierarchy } from '../cgroup/cgroup-mounts.ts';
import { cgroupDirectory } from '../cgroup/cgroup-path.ts';
import type {
  CgroupDriver,
  CgroupHost,
  CgroupLayout,
  CgroupLocation,
  Cgroups,
} from '../cgroups.ts';
import { KernelError } from '../kernel-error.ts';
import { flatKeyed } from '../linux/control-file.ts';

const mountPoint = '/sys/fs/cgroup';
const legacyControllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
];
const unifiedControllers = ['cpu', 'cpuset', 'memory', 'pids', 'io', 'devices', 'freezer'];

interface FakeCgroup {
  readonly files: Map<string, string>;
  readonly processes: number[];
}

/** Cgroups in memory, of the layout asked for. A runtime's part, making them, is `create`. */
export class FakeCgroups implements Cgroups {
  readonly host: CgroupHost;
  /** Directory → its contents. */
  readonly tree = new Map<string, FakeCgroup>();
  /** Directories frozen now. */
  readonly frozen = new Set<string>();
  readonly #hierarchies: readonly CgroupHierarchy[];

  constructor(layout: CgroupLayout, host: Partial<CgroupHost> = {}) {
    const legacy = layout !== 'v2';
    this.host = {
      layout,
      controllers: legacy ? legacyControllers : unifiedControllers,
      memorySwap: true,
      oomKillDisable: legacy,
      cpuCfs: true,
      cpuRealtime: false,
      blkioWeight: true,
      cpus: '',
      memoryNodes: '',
      ...host,
    };
    this.#hierarchies = legacy ? legacyControllers.map(legacyHierarchy) : [unifiedHierarchy];
  }

  /** What a runtime does: makes the directories, with these files and processes. */
  create(location: CgroupLocation, processes: readonly number[] = []): void {
    for (const directory of Object.values(location.directories))
      this.tree.set(directory, { files: new Map(), processes: [...processes] });
  }

  locate(cgroupsPath: string, driver: CgroupDriver): CgroupLocation {
    const directories: Record<string, string> = {};
    for (const hierarchy of this.#hierarchies) {
      const keys = hierarchy.version === 1 ? hierarchy.controllers : this.host.controllers;
      const directory = cgroupDirectory(hierarchy, cgroupsPath, driver, '/');
      for (const key of keys) directories[key] = directory;
    }
    return { layout: this.host.layout, directories };
  }

  async freeze(location: CgroupLocation): Promise<void> {
    this.frozen.add(this.#freezer(location));
  }

  async thaw(location: CgroupLocation): Promise<void> {
    this.frozen.delete(this.#freezer(location));
  }

  oomKills(location: CgroupLocation): number {
    const file = location.layout === 'v2' ? 'memory.events' : 'memory.oom_control';
    return flatKeyed(this.read(location, 'memory', file), 'oom_kill') ?? 0;
  }

  processes(location: CgroupLocation): number[] {
    const first = Object.values(location.directories)[0];
    return first === undefined ? [] : this.#at(first).flatMap(([, cgroup]) => cgroup.processes);
  }

  read(location: CgroupLocation, controller: string, file: string): string | undefined {
    const directory = location.directories[controller];
    return directory === undefined ? undefined : this.tree.get(directory)?.files.get(file);
  }

  write(location: CgroupLocation, controller: string, file: string, value: string): void {
    const directory = location.directories[controller] ?? controller;
    const cgroup = this.tree.get(directory);
    if (cgroup === undefined) throw new KernelError('write', 'ENOENT', `${directory}/${file}`);
    cgroup.files.set(file, value);
  }

  async prepareMove(): Promise<void> {}

  async remove(location: CgroupLocation): Promise<void> {
    for (const directory of new Set(Object.values(location.directories))) {
      const all = this.#at(directory);
      if (all.some(([, cgroup]) => cgroup.processes.length > 0))
        throw new KernelError('rmdir', 'EBUSY', directory);
      for (const [path] of all) {
        this.tree.delete(path);
        this.frozen.delete(path);
      }
    }
  }

  children(parent: string): string[] {
    const prefixes = this.#hierarchies.map((hierarchy) => `${hierarchy.mountPoint}${parent}/`);
    const names = [...this.tree.keys()].flatMap((path) =>
      prefixes
        .filter((prefix) => path.startsWith(prefix))
        .map((prefix) => path.slice(prefix.length).split('/')[0] ?? ''),
    );
    return [...new Set(names)];
  }

  /** The directory and those below it. */
  #at(directory: string): [string, FakeCgroup][] {
    return [...this.tree].filter(
      ([path]) => path === directory || path.startsWith(`${directory}/`),
    );
  }

  #freezer(location: CgroupLocation): string {
    const directory = location.directories.freezer ?? '';
    if (this.tree.has(directory)) return directory;
    throw engineError('kernel.cgroupMissing', { controller: 'freezer', path: directory });
  }
}

const unifiedHierarchy: CgroupHierarchy = {
  version: 2,
  controllers: [],
  mountPoint,
  root: '/',
  own: '/',
};

function legacyHierarchy(controller: string): CgroupHierarchy {
  return {
    version: 1,
    controllers: [controller],
    mountPoint: `${mountPoint}/${controller}`,
    root: '/',
    own: '/',
  };
}
