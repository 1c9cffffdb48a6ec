import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { Descriptor, Digest, Platform } from '@berth/oci';
import { archiveDocuments } from './archive/archive-documents.ts';
import { blobMember, writeArchive } from './archive/archive-writer.ts';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import { labelsOf } from './image-labels.ts';
import { blobKey } from './lease-key.ts';
import type { Lease } from './leases.ts';
import { isWanted, type SavedImage, savedImages } from './saved-images.ts';

export interface SaveOptions {
  readonly platforms?: readonly Platform[];
  readonly signal?: AbortSignal;
}

/**
 * A tar of images that is an OCI image layout and a docker-archive at once. It is deterministic, and
 * loading it gives the same image IDs. Everything is checked before the first byte; the blobs are leased
 * until the stream is closed.
 */
export async function saveImages(
  context: ImageContext,
  names: readonly string[],
  options: SaveOptions = {},
): Promise<Readable> {
  const platforms = options.platforms ?? [];
  const images = await savedImages(context, names, platforms);
  const lease = context.leases.open();
  let stream: Readable;
  try {
    const blobs = await blobsOf(context, images, { platforms, lease });
    const members = [...blobs.map(blobMember), ...archiveDocuments(images)];
    stream = writeArchive(context.content, members, options.signal);
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
  stream.once('close', () => lease[Symbol.dispose]());
  for (const { target } of images) {
    const labels = await labelsOf(context, target);
    publishImageEvent(context, { action: 'save', id: target.digest, labels });
  }
  return stream;
}

/** All blobs of the images that are present, sorted by digest, each once. */
async function blobsOf(
  context: ImageContext,
  images: readonly SavedImage[],
  options: { readonly platforms: readonly Platform[]; readonly lease: Lease },
): Promise<Descriptor[]> {
  const blobs = new Map<Digest, Descriptor>();
  for (const { target, platform } of images) {
    const required = new Set(
      [platform.descriptor, platform.manifest.config, ...platform.manifest.layers].map(
        ({ digest }) => digest,
      ),
    );
    for (const blob of await blobsBelow(context, target, options.platforms)) {
      await options.lease.hold(blobKey(blob.digest));
      const info = await context.content.info(blob.digest);
      if (info !== undefined) blobs.set(blob.digest, { ...blob, size: info.size });
      else if (required.has(blob.digest)) {
        throw engineError('content.not-found', { digest: blob.digest });
      }
    }
  }
  return [...blobs.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

async function blobsBelow(
  context: ImageContext,
  target: Descriptor,
  platforms: readonly Platform[],
): Promise<Descriptor[]> {
  const index = await context.graph.indexOf(target);
  if (index === undefined) return await context.graph.blobs(target);
  const wanted = index.manifests.filter((child) => isWanted(child, platforms));
  const below = await Promise.all(wanted.map((child) => completeBlobs(context, child)));
  return [target, ...below.flat()];
}

/** The blobs of a platform, or none when a part of them is missing: half a platform is of no use. */
async function completeBlobs(context: ImageContext, child: Descriptor): Promise<Descriptor[]> {
  const blobs = await context.graph.blobs(child);
  const present = await Promise.all(blobs.map(({ digest }) => context.content.has(digest)));
  return present.every(Boolean) ? blobs : [];
}
