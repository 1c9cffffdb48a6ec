import type { CgroupDriver } from '@berth/kernel';
import type { RuntimeSpec } from '@berth/runtime';

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

/**
 * The specification with which crun leaves the processes in the scope itself, as runc does. By itself it puts them into
 * a child of the scope with limits of its own, which no later change of the scope's limits would raise
 * (crun(1), run.oci.systemd.subgroup). An annotation of the user's comes first.
 */
export function inScopeItself(spec: RuntimeSpec, driver: CgroupDriver): RuntimeSpec {
  if (driver !== 'systemd') return spec;
  return { ...spec, annotations: { 'run.oci.systemd.subgroup': '', ...spec.annotations } };
}
