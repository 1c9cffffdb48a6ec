import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { startContainer } from './container-start.ts';
import { verdictOf } from './container-state.ts';
import { type StopOptions, stopContainer } from './container-stop.ts';

/** Stops it, when it runs, and starts it. A `--rm` container is kept. */
export async function restartContainer(
  context: ContainerContext,
  entry: ContainerEntry,
  options: StopOptions,
): Promise<void> {
  const verdict = verdictOf('restart', entry.state);
  if (verdict !== 'proceed') throw engineError('containers.start-removing', {});
  entry.manuallyRestarting = true;
  try {
    await stopContainer(context, entry, options);
  } finally {
    entry.manuallyRestarting = false;
  }
  await entry.queue.run(() => startContainer(context, entry, { resetRestarts: true }));
  publishContainerEvent(context, entry.record, 'restart');
}
