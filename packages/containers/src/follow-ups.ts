import type { ContainerContext, FollowUps } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { removeInQueue } from './container-remove.ts';
import { restartContainer } from './container-restart.ts';
import { startContainer } from './container-start.ts';

import { stopContainer } from './container-stop.ts';
import type { UnhealthyAction } from './health/health-plan.ts';
import type { LiveContainer } from './live-container.ts';

/** The follow-ups of exits, on the queues of their containers. */
export function createFollowUps(context: () => ContainerContext): FollowUps {
  return {
    restart: (entry, delay) => scheduleRestart(context(), entry, delay),
    unhealthy: (entry, live, action) => void actOnUnhealthy(context(), entry, live, action),
    autoRemove: (entry) => void autoRemove(context(), entry),
  };
}

function scheduleRestart(context: ContainerContext, entry: ContainerEntry, delay: number): void {
  const timer = setTimeout(() => {
    entry.cancelRestart = undefined;
    void entry.queue.run(() => restartNow(context, entry));
  }, delay);
  timer.unref();
  entry.cancelRestart = () => {
    clearTimeout(timer);
    entry.cancelRestart = undefined;
  };
}

async function restartNow(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  if (entry.state !== 'restarting' || context.shuttingDown) return;
  try {
    await startContainer(context, entry);
  } catch (error) {
    context.reportError(error, `restarting container ${entry.id}`);
    entry.notify('stopped', { exitCode: entry.facts.exitCode, error: entry.facts.error });
  }
}

/** `kill` leaves what follows to the restart policy, as a crash does. */
async function actOnUnhealthy(
  context: ContainerContext,
  entry: ContainerEntry,
  live: LiveContainer,
  action: UnhealthyAction,
): Promise<void> {
  try {
    if (action === 'restart') await restartContainer(context, entry, {});
    if (action === 'stop') await stopContainer(context, entry, {});
    if (action === 'kill') await live.shim.kill('container', 9);
  } catch (error) {
    if (!entry.gone) context.reportError(error, `${action} of unhealthy container ${entry.id}`);
  }
}

async function autoRemove(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  try {
    await entry.queue.run(() =>
      removeInQueue(context, entry, { force: true, volumes: true, early: true }),
    );
  } catch (error) {
    context.reportError(error, `removing container ${entry.id} after its exit`);
  }
}
