import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { stopContainer } from './container-stop.ts';

/**
 * Ends the service: no restarts any more, operations under way are let finish, containers are stopped or
 * left to their shims.
 */
export async function shutDown(
  context: ContainerContext,
  mode: 'leave-running' | 'stop-containers',
  timeoutSeconds: number,
): Promise<void> {
  context.shuttingDown = true;
  const entries = context.store.all();
  for (const entry of entries) entry.cancelRestart?.();
  if (mode === 'stop-containers') {
    await Promise.all(entries.map((entry) => stopForShutdown(context, entry, timeoutSeconds)));
  }
  await Promise.all(entries.map((entry) => entry.queue.run(async () => undefined)));
  await context.logForwarders.close();
  await context.logCompressor.close();
  for (const entry of entries) entry.live?.shim.close();
}

/** Being stopped with the daemon is not being stopped by hand: the restart policy holds. */
async function stopForShutdown(
  context: ContainerContext,
  entry: ContainerEntry,
  timeoutSeconds: number,
): Promise<void> {
  try {
    const { manuallyStopped } = entry.facts;
    await stopContainer(context, entry, { timeout: timeoutSeconds });
    await entry.live?.cleaned;
    if (!entry.gone) context.store.updateFacts(entry, { manuallyStopped });
  } catch (error) {
    context.reportError(error, `stopping container ${entry.id} with the daemon`);
  }
}
