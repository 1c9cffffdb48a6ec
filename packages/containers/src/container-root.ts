import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { idMappingsOf } from './user-namespace.ts';

type RootContext = Pick<ContainerContext, 'config' | 'snapshotter' | 'images' | 'reportError'>;

/** Holder of the root while the container runs, or is being started. */
export const runHolder = 'run';

/**
 * Mounts the container's root file system for one of its users and returns the directory. It stays until the
 * last holder lets go. Idempotent per holder.
 */
export function holdRoot(
  context: RootContext,
  entry: ContainerEntry,
  holder: string,
): Promise<string> {
  return entry.rootQueue.run(async () => {
    const directory = await mountRoot(context, entry);
    entry.rootHolders.add(holder);
    return directory;
  });
}

/** Layers that are gone from the disk are unpacked again from the image, if it still has them. */
async function mountRoot(context: RootContext, { id, record }: ContainerEntry): Promise<string> {
  const { snapshotter, images, reportError } = context;
  const mapped = idMappingsOf(context, record) !== undefined;
  try {
    return await snapshotter.mount(id, { mapped });
  } catch (error) {
    const restored = await images.restoreLayers(record.image.manifest).catch((failure: unknown) => {
      reportError(failure, `restoring layers below container ${id}`);
      return false;
    });
    if (!restored) throw error;
    return await snapshotter.mount(id, { mapped });
  }
}

/** Lets go; the last one unmounts. Idempotent, and right for mounts that an earlier daemon left. */
export function releaseRoot(
  { snapshotter }: Pick<ContainerContext, 'snapshotter'>,
  entry: ContainerEntry,
  holder: string,
): Promise<void> {
  return entry.rootQueue.run(async () => {
    entry.rootHolders.delete(holder);
    if (entry.rootHolders.size === 0) await snapshotter.unmount(entry.id);
  });
}
