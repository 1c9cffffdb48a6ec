import type { MountSpec } from '../runtime-spec.ts';

/** Mounts that every container gets, unless it brings its own for the same destination. */
export function defaultMounts(options: {
  readonly privileged: boolean;
  readonly cgroupNamespace: boolean;
}): MountSpec[] {
  const access = options.privileged ? 'rw' : 'ro';
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    {
      destination: '/sys',
      type: 'sysfs',
      source: 'sysfs',
      options: ['nosuid', 'noexec', 'nodev', access],
    },
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: [
        access,
        'nosuid',
        'noexec',
        'nodev',
        ...(options.cgroupNamespace ? [] : ['relatime']),
      ],
    },
    {
      destination: '/dev/mqueue',
      type: 'mqueue',
      source: 'mqueue',
      options: ['nosuid', 'noexec', 'nodev'],
    },
  ];
}

/**
 * Merges the container's mounts over the defaults: one for the same destination replaces the default;
 * the order is by depth of destination, so that a parent is mounted before what lies in it.
 */
export function mergeMounts(
  defaults: readonly MountSpec[],
  own: readonly MountSpec[],
): MountSpec[] {
  const taken = new Set(own.map((mount) => mount.destination));
  const kept = defaults.filter((mount) => !taken.has(mount.destination));
  const late = [...own].sort((a, b) => depth(a.destination) - depth(b.destination));
  return [...kept, ...late];
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}
