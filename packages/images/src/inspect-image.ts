import type { ImageInspect } from '@berth/engine-api';
import type { Descriptor, ImageRunConfig, Platform } from '@berth/oci';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContext } from './image-context.ts';
import type { PlatformImage } from './image-graph.ts';
import { findImage } from './image-lookup.ts';
import { repoNames } from './image-names.ts';
import { presentBytes } from './image-sizes.ts';
import { manifestSummaries } from './manifest-summaries.ts';

/** Everything known of one image. With a wanted platform `Id` and `Descriptor` are those of its manifest. */
export async function inspectImage(
  context: ImageContext,
  name: string,
  options: { readonly platform?: Platform; readonly manifests?: boolean } = {},
): Promise<ImageInspect> {
  const { record, id } = findImage(context.records, name);
  const { platform: wanted, manifests } = options;
  const image = await choosePlatform(context.graph, record, {
    name,
    host: context.hostPlatform,
    ...(wanted === undefined ? {} : { wanted }),
  });
  const records = context.records.withTarget(id);
  const { tags, digests } = repoNames(records);
  const target: Descriptor = wanted === undefined ? record.target : image.descriptor;
  const lastTagged = Math.max(...records.map(({ updatedAt }) => updatedAt));
  const { config } = image;
  return {
    Id: target.digest,
    RepoTags: tags,
    RepoDigests: digests,
    Comment: config.history?.at(-1)?.comment ?? '',
    ...(config.created === undefined ? {} : { Created: config.created }),
    Author: config.author ?? '',
    Config: runConfigOf(config.config ?? {}),
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    ...(config['os.version'] === undefined ? {} : { OsVersion: config['os.version'] }),
    Size: await imageBytes(context, image),
    GraphDriver: await graphDriverOf(context, image),
    RootFS: { Type: config.rootfs.type, Layers: config.rootfs.diff_ids },
    Metadata: { LastTagTime: new Date(lastTagged).toISOString() },
    Descriptor: target,
    ...(manifests === true ? { Manifests: await manifestSummaries(context, record.target) } : {}),
  };
}

/** Bytes of one platform on the disk: unpacked when it is, else packed. */
async function imageBytes(context: ImageContext, image: PlatformImage): Promise<number> {
  const unpacked = await context.sizes.total(image.chain);
  if (unpacked > 0) return unpacked;
  return await presentBytes(context, image.manifest.layers);
}

async function graphDriverOf(context: ImageContext, image: PlatformImage) {
  const { snapshotter } = context;
  const layers = await Promise.all(image.chain.map((chainId) => snapshotter.hasLayer(chainId)));
  const unpacked = layers.length > 0 && layers.every(Boolean);
  const Data = unpacked ? await snapshotter.describeLayer(image.chain) : {};
  return { Name: snapshotter.name, Data };
}

/** Docker leaves out what the image does not say. */
function runConfigOf(config: ImageRunConfig): NonNullable<ImageInspect['Config']> {
  return { ...config } as NonNullable<ImageInspect['Config']>;
}
