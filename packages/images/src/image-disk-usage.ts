import type { Digest } from '@berth/oci';
import type { ImageContext } from './image-context.ts';
import { presentBytes } from './image-sizes.ts';
import { allImages } from './list-images.ts';

/** Bytes of all images, shared parts counted once, and how many go if unused images are pruned. */
export async function imageDiskUsage(
  context: ImageContext,
): Promise<{ readonly totalBytes: number; readonly reclaimableBytes: number }> {
  const images = await allImages(context);
  const used = images.filter(({ id }) => context.users().usersOf(id).length > 0);
  const totalBytes = await bytesOf(context, images);
  return { totalBytes, reclaimableBytes: totalBytes - (await bytesOf(context, used)) };
}

async function bytesOf(
  context: ImageContext,
  images: Awaited<ReturnType<typeof allImages>>,
): Promise<number> {
  const blobs = await Promise.all(images.map(({ target }) => context.graph.blobs(target)));
  const layers = new Set<Digest>(
    images.flatMap(({ platforms }) => platforms.flatMap(({ chain }) => chain)),
  );
  return (await presentBytes(context, blobs.flat())) + (await context.sizes.total(layers));
}
