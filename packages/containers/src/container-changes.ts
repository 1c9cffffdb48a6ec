import type { FilesystemChange } from '@berth/engine-api';
import type { ContainerContext } from './container-context.ts';

const kinds = { modified: 0, added: 1, deleted: 2 } as const;

/** What differs from the image, sorted by path. */
export async function changesOf(
  context: ContainerContext,
  name: string,
): Promise<FilesystemChange[]> {
  const entry = context.store.find(name);
  const changes = await context.snapshotter.changes(entry.id);
  return changes.map(({ kind, path }) => ({ Kind: kinds[kind], Path: path }));
}
