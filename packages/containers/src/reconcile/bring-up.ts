import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { startContainer } from '../container-start.ts';
import { startsWithDaemon } from '../restart-policy.ts';
import { forEachParallel } from './for-each-parallel.ts';
import { peersFirst, peersOf } from './peers-first.ts';

/**
 * Starts the containers that their policy wants up, and removes `--rm` containers that ended unseen. A container
 * that joins a namespace of another comes after it. Failures are reported; it never rejects.
 */
export async function bringUp(context: ContainerContext): Promise<void> {
  const wanted: ContainerEntry[] = [];
  for (const entry of context.store.visible()) {
    if (entry.running) continue;
    if (entry.record.hostConfig.AutoRemove === true && entry.state === 'exited') {
      context.followUps.autoRemove(entry);
    } else if (isWanted(entry)) {
      // Set for an end that reconcile has dealt with; the order here is better than a timer.
      entry.cancelRestart?.();
      wanted.push(entry);
    }
  }
  const starts = new Map<ContainerEntry, Promise<void>>();
  await forEachParallel(peersFirst(wanted, context.store), async (entry) => {
    const peers = peersOf(entry, context.store).map((peer) => starts.get(peer));
    const begun = Promise.all(peers).then(() => startWanted(context, entry));
    starts.set(entry, begun);
    await begun;
  });
}

function isWanted(entry: ContainerEntry): boolean {
  if (entry.state === 'restarting') return true;
  return entry.facts.startedAt !== undefined && startsWithDaemon(entry.record);
}

async function startWanted(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  try {
    await entry.queue.run(async () => {
      if (entry.gone || context.shuttingDown) return;
      await startContainer(context, entry);
    });
  } catch (error) {
    context.reportError(error, `starting container ${entry.id} with the daemon`);
  }
}
