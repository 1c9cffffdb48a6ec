import type { ContainerContext, FollowUps } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { removeInQueue } from './container-remove.ts';
import { startContainer } from './container-start.ts';

/** The follow-ups of exits, on the queues of their containers. */
export function createFollowUps(context: () => ContainerContext): FollowUps {
  return {
    restart: (entry, delay) => scheduleRestart(context(), entry, delay),
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

async function autoRemove(context: ContainerContext, entry: ContainerEntry): Promise<void> {
  try {
    await entry.queue.run(() =>
      removeInQueue(context, entry, { force: true, volumes: true, early: true }),
    );
  } catch (error) {
    context.reportError(error, `removing container ${entry.id} after its exit`);
  }
}
