import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CgroupDriver, CgroupHost, CgroupLocation, Cgroups } from '../cgroups.ts';
import { KernelError } from '../kernel-error.ts';
import { flatKeyed, readControl, writeControl } from '../linux/control-file.ts';
import { sysAddon } from '../sys/addon.ts';
import { cgroupFacts } from './cgroup-facts.ts';
import { type FreezerTiming, freezerTiming, reachFreezerState } from './cgroup-freezer.ts';
import {
  type CgroupHierarchy,
  layoutOf,
  parseHierarchies,
  parseOwnCgroups,
} from './cgroup-mounts.ts';
import { CgroupMoveWarmUp } from './cgroup-move.ts';
import { cgroupDirectory, expandSlice } from './cgroup-path.ts';
import { childCgroups, processesBelow, type RemoveFolders, removeTrees } from './cgroup-tree.ts';

/** Key of the v2 hierarchy in a hybrid location, where no controller of a container lives. */
const unifiedKey = 'unified';

export interface CgroupOptions {
  /** Folder that holds `proc` and the mount points. */
  readonly root?: string;
  readonly timing?: FreezerTiming;
}

/** The mounted hierarchies, read when first asked for and then kept. */
export class LinuxCgroups implements Cgroups {
  readonly #root: string;
  readonly #timing: FreezerTiming;
  readonly #removeFolders: RemoveFolders;
  #mounted: readonly CgroupHierarchy[] | undefined;
  #host: CgroupHost | undefined;
  #initCgroups: ReadonlyMap<string, string> | undefined;
  #warmUp: CgroupMoveWarmUp | undefined;

  constructor(options: CgroupOptions = {}) {
    this.#root = options.root ?? '/';
    this.#timing = options.timing ?? freezerTiming;
    this.#removeFolders = (paths) => sysAddon().rmdirAsync(paths);
  }

  get host(): CgroupHost {
    this.#host ??= cgroupFacts(this.#hierarchies(), this.#root);
    return this.#host;
  }

  locate(cgroupsPath: string, driver: CgroupDriver): CgroupLocation {
    const layout = layoutOf(this.#hierarchies());
    const directories: Record<string, string> = {};
    for (const hierarchy of this.#hierarchies()) {
      const init = this.#initCgroup(hierarchy);
      const directory = cgroupDirectory(hierarchy, cgroupsPath, driver, init);
      for (const key of this.#keysOf(hierarchy, layout))
        directories[key] = join(this.#root, directory);
    }
    return { layout, directories };
  }

  freeze(location: CgroupLocation): Promise<void> {
    return reachFreezerState(location, 'frozen', this.#timing);
  }

  thaw(location: CgroupLocation): Promise<void> {
    return reachFreezerState(location, 'thawed', this.#timing);
  }

  oomKills(location: CgroupLocation): number {
    const file = location.layout === 'v2' ? 'memory.events' : 'memory.oom_control';
    return flatKeyed(this.read(location, 'memory', file), 'oom_kill') ?? 0;
  }

  processes(location: CgroupLocation): number[] {
    const directory = distinctDirectories(location).find((candidate) => existsSync(candidate));
    return directory === undefined ? [] : processesBelow(directory);
  }

  read(location: CgroupLocation, controller: string, file: string): string | undefined {
    const directory = location.directories[controller];
    return directory === undefined ? undefined : readControl(join(directory, file));
  }

  write(location: CgroupLocation, controller: string, file: string, value: string): void {
    writeControl(join(location.directories[controller] ?? missing(controller), file), value);
  }

  prepareMove(): Promise<void> {
    this.#warmUp ??= new CgroupMoveWarmUp(this.#ownProcesses());
    return this.#warmUp.run();
  }

  remove(location: CgroupLocation): Promise<void> {
    return removeTrees(this.#removeFolders, distinctDirectories(location));
  }

  children(parent: string): string[] {
    const path = parent.endsWith('.slice') && !parent.includes('/') ? expandSlice(parent) : parent;
    const names = this.#hierarchies().flatMap((hierarchy) =>
      childCgroups(join(this.#root, hierarchy.mountPoint, path)),
    );
    return [...new Set(names)];
  }

  #hierarchies(): readonly CgroupHierarchy[] {
    this.#mounted ??= parseHierarchies(
      readFileSync(join(this.#root, 'proc/self/mountinfo'), 'utf8'),
      readFileSync(join(this.#root, 'proc/self/cgroup'), 'utf8'),
    );
    return this.#mounted;
  }

  /** Where this process was when the hierarchies were read; undefined when that cannot be reached from here. */
  #ownProcesses(): string | undefined {
    const hierarchy = this.#hierarchies()[0];
    if (hierarchy === undefined) return undefined;
    const inner = posix.relative(hierarchy.root, hierarchy.own);
    if (inner.startsWith('..')) return undefined;
    return join(this.#root, hierarchy.mountPoint, inner, 'cgroup.procs');
  }

  #keysOf(hierarchy: CgroupHierarchy, layout: CgroupLocation['layout']): readonly string[] {
    if (hierarchy.version === 1) return hierarchy.controllers;
    return layout === 'v2' ? this.host.controllers : [unifiedKey];
  }

  #initCgroup(hierarchy: CgroupHierarchy): string {
    this.#initCgroups ??= parseOwnCgroups(readControl(join(this.#root, 'proc/1/cgroup')) ?? '');
    return this.#initCgroups.get(hierarchy.controllers[0] ?? '') ?? '/';
  }
}

function distinctDirectories(location: CgroupLocation): string[] {
  return [...new Set(Object.values(location.directories))];
}

function missing(controller: string): never {
  throw new KernelError('open', 'ENOENT', controller, 'the controller is not mounted');
}
