import type { CgroupDriver } from '@berth/kernel';

/** The OCI `cgroupsPath` of a container: `/parent/id` with cgroupfs, `slice:prefix:id` with systemd. */
export function cgroupsPathOf(
  id: string,
  options: {
    readonly driver: CgroupDriver;
    readonly parent: string;
    readonly prefix: string;
  },
): string {
  if (options.driver === 'systemd') return `${options.parent}:${options.prefix}:${id}`;
  const parent = options.parent.startsWith('/') ? options.parent : `/${options.parent}`;
  return `${parent.replace(/\/+$/, '')}/${id}`;
}
