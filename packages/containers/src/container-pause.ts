import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import type { ContainerFacts } from './container-record.ts';
import { verdictOf } from './container-state.ts';
import { endHealth, watchHealth } from './health/health-monitor.ts';

/**
 * Freezes every process of the container. `pausedFor` is recorded before, so that the next daemon lets the
 * container go on if this one ends meanwhile. To be called from its queue.
 */
export async function pauseInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  pausedFor?: ContainerFacts['pausedFor'],
): Promise<void> {
  const verdict = verdictOf('pause', entry.state);
  if (verdict !== 'proceed')
    throw engineError(verdict as 'containers.not-running', { id: entry.id });
  const live = entry.live;
  if (live === undefined) throw engineError('containers.not-running', { id: entry.id });
  context.store.updateFacts(entry, { pausedFor });
  await context.kernel.cgroups.freeze(live.cgroup);
  const health = pausedFor === undefined ? { health: endHealth(entry) } : {};
  context.store.updateFacts(entry, { paused: true, ...health });
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
  if (entry.facts.paused || entry.facts.pausedFor !== undefined) {
    context.store.updateFacts(entry, { paused: undefined, pausedFor: undefined });
  }
  if (entry.health === undefined) watchHealth(context, entry, live);
  publishContainerEvent(context, entry.record, 'unpause');
}
