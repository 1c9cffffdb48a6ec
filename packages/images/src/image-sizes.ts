import type { Descriptor } from '@berth/oci';
import type { ImageContext } from './image-context.ts';
import type { PlatformImage } from './image-graph.ts';

/** Bytes of the blobs that are in the store, each counted once. */
export async function presentBytes(
  context: ImageContext,
  blobs: readonly Descriptor[],
): Promise<number> {
  let sum = 0;
  const seen = new Set<string>();
  for (const { digest } of blobs) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    sum += (await context.content.info(digest))?.size ?? 0;
  }
  return sum;
}

/** Size of an image as lists show it: what it takes on the disk, packed and unpacked. */
export async function diskBytes(
  context: ImageContext,
  target: Descriptor,
  platforms: readonly PlatformImage[],
): Promise<number> {
  const packed = await presentBytes(context, await context.graph.blobs(target));
  return packed + (await context.sizes.total(platforms.flatMap(({ chain }) => chain)));
}
