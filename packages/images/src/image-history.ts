import type { ImageHistoryResponseItem } from '@berth/engine-api';
import type { Platform } from '@berth/oci';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContext } from './image-context.ts';
import { findImage } from './image-lookup.ts';
import { repoNames } from './image-names.ts';

/** Go's zero time in seconds: what an entry without a date shows. */
const zeroTime = -62_135_596_800;

/** Steps of the image, newest first; only the newest has the image's ID, the others are `<missing>`. */
export async function imageHistory(
  context: ImageContext,
  name: string,
  platform?: Platform,
): Promise<ImageHistoryResponseItem[]> {
  const { record, id } = findImage(context.records, name);
  const image = await choosePlatform(context.graph, record, {
    name,
    host: context.hostPlatform,
    ...(platform === undefined ? {} : { wanted: platform }),
  });
  const items: ImageHistoryResponseItem[] = [];
  let layer = 0;
  for (const step of image.config.history ?? []) {
    const chainId = step.empty_layer === true ? undefined : image.chain[layer++];
    items.unshift({
      Id: '<missing>',
      Created: step.created === undefined ? zeroTime : Math.floor(Date.parse(step.created) / 1000),
      CreatedBy: step.created_by ?? '',
      Tags: null,
      Size: chainId === undefined ? 0 : await context.sizes.bytesOf(chainId),
      Comment: step.comment ?? '',
    });
  }
  const newest = items[0];
  if (newest !== undefined) {
    const { tags } = repoNames(context.records.withTarget(id));
    newest.Id = id;
    newest.Tags = tags.length === 0 ? null : [...tags];
  }
  return items;
}
