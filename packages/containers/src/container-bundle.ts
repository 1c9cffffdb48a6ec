import { rm } from 'node:fs/promises';
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
