import type { ImageDeleteResponseItem } from '@berth/engine-api';
import { type Digest, isIndexType, type Platform } from '@berth/oci';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContext } from './image-context.ts';
import { findImage } from './image-lookup.ts';
import { blobKey } from './lease-key.ts';
import { checkContainers, removeImage } from './remove-image.ts';

/**
 * Removes the content of some platforms of an image; its index and names stay. An image of one platform
 * goes as a whole. Fails with images.platform-missing, images.platform-mismatch or images.conflict.
 */
export async function removePlatforms(
  context: ImageContext,
  name: string,
  options: { readonly platforms: readonly Platform[]; readonly force?: boolean },
): Promise<ImageDeleteResponseItem[]> {
  const { record, id } = findImage(context.records, name);
  const chosen = await Promise.all(
    options.platforms.map((wanted) =>
      choosePlatform(context.graph, record, { name, host: context.hostPlatform, wanted }),
    ),
  );
  if (!isIndexType(record.target.mediaType)) return await removeImage(context, name, options);
  checkContainers(id, context.users().usersOf(id), options.force === true);
  const needed = await manifestsOfOthers(context, id);
  const removed: ImageDeleteResponseItem[] = [];
  for (const { descriptor } of chosen) {
    const { digest } = descriptor;
    if (needed.has(digest)) continue;
    // Without its manifest nothing leads to the platform's other blobs: they are garbage.
    const done = await context.leases.removeUnheld(blobKey(digest), async () => {
      context.graph.forget(digest);
      await context.content.delete(digest);
    });
    if (done) removed.push({ Deleted: digest });
  }
  await context.collector.collect();
  return removed;
}

async function manifestsOfOthers(context: ImageContext, id: Digest): Promise<Set<Digest>> {
  const needed = new Set<Digest>();
  for (const other of context.records.targets()) {
    if (other === id) continue;
    const { target } = context.records.withTarget(other)[0]!;
    for (const { descriptor } of await context.graph.manifests(target)) {
      needed.add(descriptor.digest);
    }
  }
  return needed;
}
