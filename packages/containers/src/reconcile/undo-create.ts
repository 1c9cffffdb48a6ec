import { rm } from 'node:fs/promises';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { removeAnonymousVolumes } from '../container-remove.ts';

/** Removes what a create had made when its daemon ended. Every step is idempotent. */
export async function undoCreate(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  await context.snapshotter.removeContainer(entry.id);
  await rm(context.paths.data(entry.id), { recursive: true, force: true });
  context.volumes.release(entry.id);
  await removeAnonymousVolumes(context, entry);
  context.store.delete(entry);
  entry.gone = true;
}
