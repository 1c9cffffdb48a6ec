import type { ImageDeleteResponseItem } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import { familiarRecordName } from './image-lookup.ts';
import { isDangling } from './image-record.ts';
import type { Filters } from './image-service.ts';
import { booleanFilter, checkFilterKeys, labelFilter, untilFilter } from './list-filters.ts';
import { allImages } from './list-images.ts';

const acceptedFilters = ['dangling', 'label', 'label!', 'until'];

/**
 * Removes images that no container uses: those without a name, or with `dangling=false` all of them.
 * `spaceReclaimed` counts what left the disk. Fails with images.collection-blocked when nothing may leave it.
 */
export async function pruneImages(
  context: ImageContext,
  filters: Filters,
): Promise<{ readonly deleted: ImageDeleteResponseItem[]; readonly spaceReclaimed: number }> {
  checkFilterKeys(filters, acceptedFilters);
  const danglingOnly = booleanFilter(filters, 'dangling') ?? true;
  const predicates = [labelFilter(filters), untilFilter(filters, context.clock.now())].filter(
    (predicate) => predicate !== undefined,
  );
  const deleted: ImageDeleteResponseItem[] = [];
  for (const image of await allImages(context)) {
    const { id, target, created, platforms } = image;
    const configs = platforms.map(({ config }) => config);
    // Read again: names and containers may have come since the list was made.
    const records = context.records.withTarget(id);
    if (records.length === 0 || context.users().usersOf(id).length > 0) continue;
    if (danglingOnly && !records.every(isDangling)) continue;
    if (!predicates.every((holds) => holds({ records, created, configs }))) continue;
    context.records.remove(records.map(({ name }) => name));
    const labels = image.best?.config.config?.Labels ?? {};
    for (const record of records) {
      const name = familiarRecordName(record);
      if (name === undefined) continue;
      publishImageEvent(context, { action: 'untag', id, name, labels });
      deleted.push({ Untagged: name });
    }
    publishImageEvent(context, { action: 'delete', id, labels });
    deleted.push({ Deleted: target.digest });
  }
  const { bytes, blocked } = await context.collector.collect();
  await context.index.publish();
  if (blocked !== undefined) {
    const reason = blocked instanceof Error ? blocked.message : String(blocked);
    throw engineError('images.collection-blocked', { reason }, { cause: blocked });
  }
  context.events.publish({
    type: 'image',
    action: 'prune',
    actorId: '',
    attributes: { reclaimed: String(bytes) },
  });
  return { deleted, spaceReclaimed: bytes };
}
