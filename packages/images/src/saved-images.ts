import {
  type Descriptor,
  type Digest,
  type Platform,
  parseAnyReference,
  parseReference,
  platformRank,
} from '@berth/oci';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContext } from './image-context.ts';
import type { PlatformImage } from './image-graph.ts';
import { findImage, imageNotFound } from './image-lookup.ts';
import { type ImageRecord, isDangling } from './image-record.ts';

/** An image to save, with the names that it is saved under. */
export interface SavedImage {
  readonly target: Descriptor;
  /** Fully qualified with a tag, sorted. */
  readonly names: readonly string[];
  /** The platform that the docker-archive part describes. */
  readonly platform: PlatformImage;
}

/**
 * The images that `names` stand for, each once: a name without a tag means all tags of its repository,
 * an ID means the image without names. Fails for the first that does not exist.
 */
export async function savedImages(
  context: ImageContext,
  names: readonly string[],
  platforms: readonly Platform[],
): Promise<SavedImage[]> {
  const chosen = new Map<Digest, { readonly record: ImageRecord; readonly names: Set<string> }>();
  for (const name of names) {
    for (const { record, named } of recordsFor(context, name)) {
      const image = chosen.get(record.target.digest) ?? { record, names: new Set<string>() };
      chosen.set(record.target.digest, image);
      if (named) image.names.add(record.name);
    }
  }
  return await Promise.all(
    [...chosen.values()].map(async ({ record, names: own }) => {
      const name = isDangling(record) ? record.target.digest : record.name;
      const platform = await platformFor(context, record, name, platforms);
      const target = platforms.length === 1 ? platform.descriptor : record.target;
      return { target, names: [...own].sort(), platform };
    }),
  );
}

function recordsFor(
  context: ImageContext,
  name: string,
): { readonly record: ImageRecord; readonly named: boolean }[] {
  const parsed = parseAnyReference(name);
  if (parsed.kind === 'named') {
    const { reference } = parsed;
    if (reference.tag === undefined && reference.digest === undefined) {
      const tagged = context.records.all().filter((record) => {
        if (isDangling(record)) return false;
        const other = parseReference(record.name);
        if (other.tag === undefined) return false;
        return other.domain === reference.domain && other.path === reference.path;
      });
      if (tagged.length > 0) return tagged.map((record) => ({ record, named: true }));
    }
  }
  const { record, by } = findImage(context.records, name);
  if (record === undefined) throw imageNotFound(name);
  return [{ record, named: by === 'name' && !name.includes('@') }];
}

/** With several platforms wanted, every one must be there. */
async function platformFor(
  context: ImageContext,
  record: ImageRecord,
  name: string,
  platforms: readonly Platform[],
): Promise<PlatformImage> {
  const options = { name, host: context.hostPlatform };
  const [wanted] = platforms;
  for (const platform of platforms) {
    await choosePlatform(context.graph, record, { ...options, wanted: platform });
  }
  return await choosePlatform(context.graph, record, {
    ...options,
    ...(wanted === undefined ? {} : { wanted }),
  });
}

/** Whether a manifest of an index is to be saved. */
export function isWanted(descriptor: Descriptor, platforms: readonly Platform[]): boolean {
  const { platform } = descriptor;
  if (platforms.length === 0 || platform === undefined) return true;
  return platforms.some((wanted) => platformRank(wanted, platform, 'exact') !== undefined);
}
