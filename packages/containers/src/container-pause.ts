import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { verdictOf } from './container-state.ts';

/** Freezes every process of the container. To be called from its queue. */
export async function pauseInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<void> {
  const verdict = verdictOf('pause', entry.state);
  if (verdict !== 'proceed')
    throw engineError(verdict as 'containers.not-running', { id: entry.id });
  const live = entry.live;
  if (live === undefined) throw engineError('containers.not-running', { id: entry.id });
  await context.kernel.cgroups.freeze(live.cgroup);
  context.store.updateFacts(entry, { paused: true });
  publishContainerEvent(context, entry.record, 'pause');
}

/** Fails with containers.not-paused. To be called from the container's queue. */
export async function unpauseInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<void> {
  const verdict = verdictOf('unpause', entry.state);
  if (verdict !== 'proceed') throw engineError('containers.not-paused', { id: entry.id });
  await thawInQueue(context, entry);
}

export async function thawInQueue(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  const live = entry.live;
  if (live === undefined) return;
  await context.kernel.cgroups.thaw(live.cgroup);
  // Its exit may have been dealt with while it thawed.
  if (entry.facts.paused) context.store.updateFacts(entry, { paused: undefined });
  publishContainerEvent(context, entry.record, 'unpause');
}
