import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CgroupLocation } from '@berth/kernel';
import type { ContainerContext } from './container-context.ts';
import type { ContainerRecord } from './container-record.ts';
import { isPinned, removeMountedFolder } from './mounts/pins.ts';

/** Removes what a run keeps in its runtime folder. Parts of volumes may be mounted in it, whose files must stay. */
export async function removeBundle(
  { kernel, paths }: Pick<ContainerContext, 'kernel' | 'paths'>,
  { id, mounts }: ContainerRecord,
): Promise<void> {
  const bundle = paths.runtime(id);
  if (mounts.some(isPinned)) await removeMountedFolder(kernel.mounts, bundle);
  else await rm(bundle, { recursive: true, force: true });
}

/** The folder in which the OCI runtimes of that name keep the state of their containers. */
export function runtimeRoot(
  { execRoot }: Pick<ContainerContext, 'execRoot'>,
  name: string,
): string {
  return path.join(execRoot, 'runtime', name);
}

/** Removes what a runtime leaves of a container that it cannot delete. Nothing there is no error. */
export async function removeRuntimeState(
  context: ContainerContext,
  { id, hostConfig }: ContainerRecord,
  cgroup: CgroupLocation,
): Promise<void> {
  const name = hostConfig.Runtime ?? context.config.defaults.runtime;
  await rm(path.join(runtimeRoot(context, name), id), { recursive: true, force: true });
  await context.kernel.cgroups.remove(cgroup);
}
