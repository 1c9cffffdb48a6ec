import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CgroupHost } from '../cgroups.ts';
import { readControl } from '../linux/control-file.ts';
import { type CgroupHierarchy, isController, layoutOf } from './cgroup-mounts.ts';

/** What the mounted hierarchies offer. `root` is the folder that mount points are looked up in. */
export function cgroupFacts(hierarchies: readonly CgroupHierarchy[], root: string): CgroupHost {
  const layout = layoutOf(hierarchies);
  return layout === 'v2' ? unifiedFacts(hierarchies, root) : legacyFacts(hierarchies, root);
}

function legacyFacts(hierarchies: readonly CgroupHierarchy[], root: string): CgroupHost {
  const has = (controller: string, ...files: string[]) => {
    const owner = hierarchies.find((hierarchy) => hierarchy.controllers.includes(controller));
    if (owner === undefined) return false;
    return files.some((file) => existsSync(join(root, owner.mountPoint, file)));
  };
  const cpuset = hierarchies.find((hierarchy) => hierarchy.controllers.includes('cpuset'));
  const text = (file: string) =>
    cpuset === undefined ? '' : textOf(join(root, cpuset.mountPoint, file));
  return {
    layout: layoutOf(hierarchies),
    controllers: hierarchies.flatMap((hierarchy) => hierarchy.controllers.filter(isController)),
    memorySwap: has('memory', 'memory.memsw.limit_in_bytes'),
    oomKillDisable: has('memory', 'memory.oom_control'),
    cpuCfs: has('cpu', 'cpu.cfs_quota_us'),
    cpuRealtime: has('cpu', 'cpu.rt_period_us'),
    blkioWeight: has('blkio', 'blkio.weight', 'blkio.bfq.weight'),
    cpus: text('cpuset.cpus'),
    memoryNodes: text('cpuset.mems'),
  };
}

function unifiedFacts(hierarchies: readonly CgroupHierarchy[], root: string): CgroupHost {
  const unified = hierarchies.find((hierarchy) => hierarchy.version === 2);
  const top = unified === undefined ? undefined : join(root, unified.mountPoint);
  const listed = top === undefined ? '' : (readControl(join(top, 'cgroup.controllers')) ?? '');
  const named = listed.split(/\s+/).filter((name) => name !== '');
  return {
    layout: 'v2',
    // Device rules are BPF programs and freezing is in the core: neither is listed as a controller.
    controllers: top === undefined ? [] : [...named, 'devices', 'freezer'],
    memorySwap: unified !== undefined && hasSwapLimit(unified, root),
    oomKillDisable: false,
    cpuCfs: named.includes('cpu'),
    cpuRealtime: false,
    blkioWeight: named.includes('io'),
    cpus: top === undefined ? '' : textOf(join(top, 'cpuset.cpus.effective')),
    memoryNodes: top === undefined ? '' : textOf(join(top, 'cpuset.mems.effective')),
  };
}

function textOf(file: string): string {
  return readControl(file)?.trim() ?? '';
}

/** memory.swap.max is missing in the root cgroup, so that of this process or of any child is asked. */
function hasSwapLimit(unified: CgroupHierarchy, root: string): boolean {
  const top = join(root, unified.mountPoint);
  const own = join(top, posix.relative(unified.root, unified.own));
  const children = existsSync(top) ? readdirSync(top, { withFileTypes: true }) : [];
  const folders = children
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(top, name));
  return [own, ...folders].some((folder) => existsSync(join(folder, 'memory.swap.max')));
}
