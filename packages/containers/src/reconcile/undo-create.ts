import { rm } from 'node:fs/promises';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';

/** An inherited anonymous volume may still be its donor's. */
async function removeIfUnused(context: ContainerContext, volume: string): Promise<void> {
  if (context.volumes.usersOf(volume).length > 0) return;
  await context.volumes.remove(volume, { force: true });
}

/** Removes what a create had made when its daemon ended. Every step is idempotent. */
export async function undoCreate(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  await context.snapshotter.removeContainer(entry.id);
  await rm(context.paths.data(entry.id), { recursive: true, force: true });
  context.volumes.release(entry.id);
  for (const { anonymous, name = '' } of entry.record.mounts) {
    if (anonymous) await removeIfUnused(context, name);
  }
  context.store.delete(entry);
  entry.gone = true;
}
