import type { ImageSummary } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import { bestPlatform, type Descriptor, type Digest } from '@berth/oci';
import type { ImageContext } from './image-context.ts';
import type { PlatformImage } from './image-graph.ts';
import { findImage } from './image-lookup.ts';
import { repoNames } from './image-names.ts';
import { type ImageRecord, isDangling } from './image-record.ts';
import type { Filters, ImageService } from './image-service.ts';
import { diskBytes } from './image-sizes.ts';
import {
  booleanFilter,
  checkFilterKeys,
  type ImagePredicate,
  labelFilter,
  referenceFilter,
  untilFilter,
} from './list-filters.ts';
import { manifestSummaries } from './manifest-summaries.ts';

const acceptedFilters = ['dangling', 'label', 'label!', 'before', 'since', 'reference', 'until'];

/** An image with what lists and filters need to know of it. */
export interface ListedImage {
  readonly id: Digest;
  readonly target: Descriptor;
  readonly records: readonly ImageRecord[];
  readonly platforms: readonly PlatformImage[];
  readonly best: PlatformImage | undefined;
  /** Milliseconds since the epoch: of the image, or when its name came here if it does not say. */
  readonly created: number;
}

/** Images newest first. */
export async function listImages(
  context: ImageContext,
  options: Parameters<ImageService['list']>[0],
): Promise<ImageSummary[]> {
  const filters = options.filters ?? {};
  checkFilterKeys(filters, acceptedFilters);
  const named = referenceFilter(filters);
  const predicates = await predicatesOf(context, filters);
  const images: ListedImage[] = [];
  for (const image of await allImages(context)) {
    const records = named === undefined ? image.records : image.records.filter(named);
    if (records.length === 0) continue;
    const configs = image.platforms.map(({ config }) => config);
    const subject = { records: image.records, created: image.created, configs };
    if (predicates.every((holds) => holds(subject))) images.push({ ...image, records });
  }
  images.sort((a, b) => b.created - a.created);
  const shared = options.sharedSize === true ? await sharedSizes(context) : undefined;
  return await Promise.all(
    images.map(async (image) => {
      const summary = await summarize(context, image);
      return {
        ...summary,
        SharedSize: shared?.get(image.id) ?? -1,
        ...(options.manifests === true
          ? { Manifests: await manifestSummaries(context, image.target) }
          : {}),
      };
    }),
  );
}

/** All images. One whose documents cannot be read is listed without what they would tell. */
export async function allImages(context: ImageContext): Promise<ListedImage[]> {
  const { records, graph, hostPlatform } = context;
  return await Promise.all(
    records.targets().map(async (id) => {
      const own = records.withTarget(id);
      const { target, createdAt } = own[0]!;
      const platforms = await graph.platforms(target).catch((error: unknown) => {
        if (isEngineError(error)) return [];
        throw error;
      });
      const at = bestPlatform(
        hostPlatform,
        platforms.map(({ platform }) => platform),
        { anyPlatform: true },
      );
      const best = at === undefined ? undefined : platforms[at];
      const told = best?.config.created;
      const created = told === undefined ? createdAt : Date.parse(told);
      return { id, target, records: own, platforms, best, created };
    }),
  );
}

async function predicatesOf(context: ImageContext, filters: Filters): Promise<ImagePredicate[]> {
  const predicates: (ImagePredicate | undefined)[] = [
    labelFilter(filters),
    untilFilter(filters, context.clock.now()),
  ];
  const dangling = booleanFilter(filters, 'dangling');
  if (dangling !== undefined) {
    predicates.push(({ records }) => records.every(isDangling) === dangling);
  }
  for (const name of filters.before ?? []) {
    const limit = await createdOf(context, name);
    predicates.push(({ created }) => created < limit);
  }
  for (const name of filters.since ?? []) {
    const limit = await createdOf(context, name);
    predicates.push(({ created }) => created > limit);
  }
  return predicates.filter((predicate) => predicate !== undefined);
}

async function createdOf(context: ImageContext, name: string): Promise<number> {
  const { id } = findImage(context.records, name);
  const images = await allImages(context);
  return images.find((image) => image.id === id)!.created;
}

async function summarize(context: ImageContext, image: ListedImage): Promise<ImageSummary> {
  const { id, target, records, platforms, best, created } = image;
  const { tags, digests } = repoNames(records);
  return {
    Id: id,
    ParentId: '',
    RepoTags: tags,
    RepoDigests: digests,
    Created: Math.floor(created / 1000),
    Size: await diskBytes(context, target, platforms),
    SharedSize: -1,
    Labels: { ...best?.config.config?.Labels },
    Containers: context.users().usersOf(id).length,
    Descriptor: target,
  };
}

/** Per image, bytes of unpacked layers that other images have too. */
async function sharedSizes(context: ImageContext): Promise<Map<Digest, number>> {
  const images = await allImages(context);
  const chains = images.map(({ id, platforms }) => ({
    id,
    chain: new Set(platforms.flatMap((platform) => platform.chain)),
  }));
  const uses = new Map<Digest, number>();
  for (const { chain } of chains) {
    for (const chainId of chain) uses.set(chainId, (uses.get(chainId) ?? 0) + 1);
  }
  const sizes = new Map<Digest, number>();
  for (const { id, chain } of chains) {
    const shared = [...chain].filter((chainId) => uses.get(chainId)! > 1);
    sizes.set(id, await context.sizes.total(shared));
  }
  return sizes;
}
