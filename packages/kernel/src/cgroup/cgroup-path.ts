import { posix } from 'node:path';
import { engineError } from '@berth/errors';
import type { CgroupDriver } from '../cgroups.ts';
import type { CgroupHierarchy } from './cgroup-mounts.ts';

const defaultSlice = 'system.slice';

/**
 * The folder that an OCI runtime makes in one hierarchy. An absolute cgroupfs path hangs below the
 * mount point, a relative one below this process's own cgroup (on v2 beside it, since a cgroup with
 * processes cannot hold controllers for others), as in runc and crun.
 */
export function cgroupDirectory(
  hierarchy: CgroupHierarchy,
  cgroupsPath: string,
  driver: CgroupDriver,
  initCgroup: string,
): string {
  if (driver === 'systemd') {
    const base = hierarchy.version === 1 ? initCgroup.replace(/\/?init\.scope$/, '') : '/';
    return posix.join(hierarchy.mountPoint, base, systemdPath(cgroupsPath));
  }
  const inner = posix.resolve('/', cgroupsPath);
  if (inner === '/')
    throw engineError('kernel.cgroupPathInvalid', {
      path: cgroupsPath,
      driver,
      reason: 'it names no cgroup of its own',
    });
  if (cgroupsPath.startsWith('/')) return posix.join(hierarchy.mountPoint, inner);
  const own = posix.relative(hierarchy.root, hierarchy.own);
  const base = hierarchy.version === 1 ? own : posix.dirname(posix.join('/', own));
  return posix.join(hierarchy.mountPoint, base, inner);
}

/** `slice:prefix:name` → `a.slice/a-b.slice/prefix-name.scope`. */
function systemdPath(cgroupsPath: string): string {
  const parts = cgroupsPath.split(':');
  const [slice = '', prefix = '', name = ''] = parts;
  if (parts.length !== 3 || name === '' || name.includes('/') || prefix.includes('/'))
    throw engineError('kernel.cgroupPathInvalid', {
      path: cgroupsPath,
      driver: 'systemd',
      reason: 'slice:prefix:name expected',
    });
  const unit = name.endsWith('.slice') ? name : `${prefix}-${name}.scope`;
  return posix.join(expandSlice(slice === '' ? defaultSlice : slice), unit);
}

/** The path of a slice: `a-b.slice` lies in `a.slice`, and `-.slice` is the root (systemd.slice(5)). */
export function expandSlice(slice: string): string {
  const name = slice.endsWith('.slice') ? slice.slice(0, -'.slice'.length) : '';
  if (name === '-') return '/';
  const steps = name.split('-');
  if (name.includes('/') || steps.includes(''))
    throw engineError('kernel.cgroupPathInvalid', {
      path: slice,
      driver: 'systemd',
      reason: 'it is not a valid slice name',
    });
  return steps.map((_, index) => `/${steps.slice(0, index + 1).join('-')}.slice`).join('');
}
