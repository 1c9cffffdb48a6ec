import { untilFilter } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { removeInQueue } from './container-remove.ts';
import { type Filters, matchesLabels } from './list/list-filters.ts';
import { parseTimestamp } from './timestamp.ts';

const stoppedStates = new Set(['created', 'exited', 'dead']);

/** Removes every stopped container that the filters `until`, `label` and `label!` leave. */
export async function pruneContainers(
  context: ContainerContext,
  filters: Filters,
): Promise<{ readonly deleted: string[]; readonly spaceReclaimed: number }> {
  for (const name of Object.keys(filters)) {
    if (!['until', 'label', 'label!'].includes(name)) {
      throw engineError('containers.invalid-filter', { name });
    }
  }
  const until = untilFilter(filters.until, context.clock.nowNano());
  const deleted: string[] = [];
  let spaceReclaimed = 0;
  for (const entry of context.store.visible()) {
    if (!isPrunable(entry, filters, until)) continue;
    const removed = await entry.queue.run(() => removeStopped(context, entry));
    if (removed === undefined) continue;
    deleted.push(entry.id);
    spaceReclaimed += removed;
  }
  context.events.publish({
    type: 'container',
    action: 'prune',
    actorId: '',
    attributes: { reclaimed: String(spaceReclaimed) },
  });
  return { deleted, spaceReclaimed };
}

function isPrunable(entry: ContainerEntry, filters: Filters, until: bigint | undefined): boolean {
  const labels = entry.record.config.Labels ?? {};
  const unwanted = filters['label!'] ?? [];
  return (
    stoppedStates.has(entry.state) &&
    (until === undefined || parseTimestamp(entry.record.created) < until) &&
    matchesLabels(filters.label, labels) &&
    !unwanted.some((label) => matchesLabels([label], labels))
  );
}

/** Bytes that the removal freed; undefined when it was started, or could not be removed, meanwhile. */
async function removeStopped(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<number | undefined> {
  if (entry.gone || !stoppedStates.has(entry.state)) return undefined;
  try {
    const { bytes } = await context.snapshotter.containerUsage(entry.id);
    await removeInQueue(context, entry, {});
    return bytes;
  } catch (error) {
    context.reportError(error, `pruning container ${entry.id}`);
    return undefined;
  }
}
