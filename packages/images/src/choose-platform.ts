import { engineError } from '@berth/errors';
import { bestPlatform, formatPlatform, isIndexType, type Platform } from '@berth/oci';
import type { ImageGraph, PlatformImage } from './image-graph.ts';
import type { ImageRecord } from './image-record.ts';

/**
 * The platform of an image to use: the wanted one, else the best for this host, else the first that is
 * there (a foreign image may run through an emulator). `name` is what the user typed. Fails with
 * images.platform-mismatch, images.platform-missing or images.no-content.
 */
export async function choosePlatform(
  graph: ImageGraph,
  record: ImageRecord,
  options: { readonly name: string; readonly host: Platform; readonly wanted?: Platform },
): Promise<PlatformImage> {
  const { name, host, wanted } = options;
  const present = await graph.platforms(record.target);
  const platforms = present.map(({ platform }) => platform);
  if (wanted === undefined) {
    const best = bestPlatform(host, platforms, { anyPlatform: true });
    if (best !== undefined) return present[best]!;
    throw await nothingPresent(graph, record, name);
  }
  const best = bestPlatform(wanted, platforms, { strictness: 'exact' });
  if (best !== undefined) return present[best]!;
  const only = platforms[0];
  if (isIndexType(record.target.mediaType) || only === undefined) {
    throw engineError('images.platform-missing', { image: name, wanted: formatPlatform(wanted) });
  }
  throw engineError('images.platform-mismatch', {
    image: name,
    wanted: formatPlatform(wanted),
    actual: formatPlatform(only),
  });
}

async function nothingPresent(graph: ImageGraph, record: ImageRecord, name: string) {
  const [entry] = await graph.manifests(record.target);
  if (entry?.kind === 'unknown') {
    const type = entry.manifest?.artifactType ?? entry.manifest?.config.mediaType;
    return engineError('images.not-runnable', {
      image: name,
      type: type ?? entry.descriptor.mediaType,
    });
  }
  return engineError('images.no-content', { image: name });
}
