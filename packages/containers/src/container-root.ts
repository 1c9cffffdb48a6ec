import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';

/** Holder of the root while the container runs, or is being started. */
export const runHolder = 'run';

/**
 * Mounts the container's root file system for one of its users and returns the directory. It stays until the
 * last holder lets go. Idempotent per holder.
 */
export function holdRoot(
  { snapshotter }: Pick<ContainerContext, 'snapshotter'>,
  entry: ContainerEntry,
  holder: string,
): Promise<string> {
  return entry.rootQueue.run(async () => {
    const directory = await snapshotter.mount(entry.id);
    entry.rootHolders.add(holder);
    return directory;
  });
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
