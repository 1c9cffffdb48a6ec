import type { ImageManifestSummary } from '@berth/engine-api';
import type { Descriptor, Digest } from '@berth/oci';
import type { ImageContext } from './image-context.ts';
import { attestedDigestAnnotation, type ManifestEntry } from './image-graph.ts';
import { presentBytes } from './image-sizes.ts';

/** The `Manifests` field of list and inspect: one entry per manifest of the image, present or not. */
export async function manifestSummaries(
  context: ImageContext,
  target: Descriptor,
): Promise<ImageManifestSummary[]> {
  const entries = await context.graph.manifests(target);
  const containers = context.users().usersOf(target.digest);
  const ids = containers.map(({ containerId }) => containerId);
  return await Promise.all(entries.map((entry) => summary(context, entry, ids)));
}

async function summary(
  context: ImageContext,
  entry: ManifestEntry,
  containers: readonly string[],
): Promise<ImageManifestSummary> {
  const { descriptor, kind, manifest, image } = entry;
  const blobs =
    manifest === undefined ? [descriptor] : [descriptor, manifest.config, ...manifest.layers];
  const content = await presentBytes(context, blobs);
  const unpacked = image === undefined ? 0 : await context.sizes.total(image.chain);
  const base = {
    ID: descriptor.digest,
    Descriptor: descriptor,
    Available: manifest !== undefined && (await allPresent(context, blobs)),
    Size: { Content: content, Total: content + unpacked },
    Kind: kind,
  };
  if (kind === 'attestation') {
    const subject = descriptor.annotations?.[attestedDigestAnnotation] ?? '';
    return { ...base, AttestationData: { For: subject } };
  }
  const platform = image?.platform ?? descriptor.platform;
  if (kind !== 'image' || platform === undefined) return base;
  return {
    ...base,
    ImageData: {
      Platform: platform,
      Containers: image === undefined ? [] : containers,
      Size: { Unpacked: unpacked },
    },
  };
}

async function allPresent(
  context: ImageContext,
  blobs: readonly { readonly digest: Digest }[],
): Promise<boolean> {
  for (const { digest } of blobs) if (!(await context.content.has(digest))) return false;
  return true;
}
