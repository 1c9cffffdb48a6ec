import { isEngineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { ImageContext } from './image-context.ts';
import { familiarRecordName } from './image-lookup.ts';
import { allImages } from './list-images.ts';

/** What an image keeps in the store. */
export interface ImageNeeds {
  readonly id: Digest;
  /** Empty for an image without a name. */
  readonly names: readonly string[];
  /** Those that are here, and those that are not (platforms that were not pulled). */
  readonly blobs: readonly Digest[];
  /** Chain IDs. */
  readonly layers: readonly Digest[];
}

/** What each image needs; nothing but its own document of one whose documents cannot be read. */
export async function imageNeeds(context: ImageContext): Promise<ImageNeeds[]> {
  const images = await allImages(context);
  return await Promise.all(
    images.map(async ({ id, target, records, platforms }) => ({
      id,
      names: records.map(familiarRecordName).filter((name) => name !== undefined),
      blobs: await blobsOf(context, target),
      layers: platforms.flatMap(({ chain }) => chain),
    })),
  );
}

async function blobsOf(
  { graph }: ImageContext,
  target: Parameters<ImageContext['graph']['blobs']>[0],
): Promise<Digest[]> {
  try {
    return (await graph.blobs(target)).map(({ digest }) => digest);
  } catch (error) {
    if (isEngineError(error)) return [target.digest];
    throw error;
  }
}
