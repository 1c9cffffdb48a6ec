import type { CgroupLayout } from '../cgroups.ts';
import { parseMountInfo } from '../linux/mountinfo.ts';

/** One mounted hierarchy. */
export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** Controllers of a v1 hierarchy; `name=systemd` for a named one. Empty for v2. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** The cgroup that stands at the mount point: not `/` inside a container. */
  readonly root: string;
  /** Path of this process's cgroup in it, as /proc/self/cgroup shows it. */
  readonly own: string;
}

/** Options of a v1 mount that are no controllers. */
const plainOptions = new Set(['rw', 'ro', 'clone_children', 'xattr', 'noprefix', 'all', 'none']);

/** Hierarchies from the texts of /proc/self/mountinfo and /proc/self/cgroup (cgroups(7)). */
export function parseHierarchies(mountInfo: string, ownCgroups: string): CgroupHierarchy[] {
  const own = parseOwnCgroups(ownCgroups);
  const found = new Map<string, CgroupHierarchy>();
  for (const mount of parseMountInfo(mountInfo)) {
    if (mount.fsType !== 'cgroup' && mount.fsType !== 'cgroup2') continue;
    const version = mount.fsType === 'cgroup' ? 1 : 2;
    const controllers = version === 1 ? controllersOf(mount.superOptions) : [];
    const key = controllers.join(',');
    // Mounted twice: the first is what runtimes take.
    if (found.has(key)) continue;
    found.set(key, {
      version,
      controllers,
      mountPoint: mount.mountPoint,
      root: mount.root,
      own: own.get(controllers[0] ?? '') ?? '/',
    });
  }
  return [...found.values()];
}

/** Hybrid has controllers on v1 and a v2 hierarchy beside them. */
export function layoutOf(hierarchies: readonly CgroupHierarchy[]): CgroupLayout {
  const unified = hierarchies.some((hierarchy) => hierarchy.version === 2);
  const legacy = hierarchies.some((hierarchy) => hierarchy.controllers.some(isController));
  if (!legacy) return 'v2';
  return unified ? 'hybrid' : 'v1';
}

/** False for named hierarchies, which hold processes but control nothing. */
export function isController(name: string): boolean {
  return !name.startsWith('name=');
}

/** Path by controller name; by the empty name for v2. */
export function parseOwnCgroups(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

function controllersOf(superOptions: string): string[] {
  return superOptions
    .split(',')
    .filter((option) => !plainOptions.has(option))
    .filter((option) => !option.includes('=') || option.startsWith('name='));
}
