import { rm } from 'node:fs/promises';
import { engineError } from '@berth/errors';
import { loopTurn } from '@berth/kernel';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { verdictOf } from './container-state.ts';
import { killRun } from './container-stop.ts';
import { removeLink } from './start/links.ts';

export interface RemoveOptions {
  readonly force?: boolean;
  /** Anonymous volumes go as well. */
  readonly volumes?: boolean;
  /** Does not wait for the shim of the last run to end: `--rm`, where a client waits for the removal. */
  readonly early?: boolean;
}

/** The removal that a client asks for. */
export async function removeContainer(
  context: ContainerContext,
  name: string,
  options: RemoveOptions & { readonly link?: boolean },
): Promise<void> {
  if (options.link) {
    removeLink(context, name);
    return;
  }
  const entry = context.store.find(name);
  if (entry.state === 'removing') throw engineError('containers.removal-in-progress', { name });
  await entry.queue.run(() => removeInQueue(context, entry, options));
}

/** Removes a container, killing it first when `force`. To be called from its queue. */
export async function removeInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  options: RemoveOptions,
): Promise<void> {
  if (entry.gone) return;
  const verdict = verdictOf(options.force ? 'force-remove' : 'remove', entry.state);
  if (verdict !== 'proceed') {
    throw engineError(verdict as 'containers.remove-running', { name: `/${entry.name}` });
  }
  entry.cancelRestart?.();
  if (entry.running && entry.live !== undefined) {
    entry.manuallyRestarting = false;
    await killRun(context, entry, entry.live);
  }
  if (!options.early) await entry.live?.cleaned;
  context.store.updateFacts(entry, {
    removal: 'in-progress',
    removeVolumes: options.volumes === true,
    restarting: undefined,
  });
  context.faultPoint('remove.marked');
  await finishRemoval(context, entry, options.volumes === true);
}

/** From the mark on: also what reconcile does with a removal that was cut off. Idempotent. */
export async function finishRemoval(
  context: ContainerContext,
  entry: ContainerEntry,
  withVolumes: boolean,
): Promise<void> {
  const { store, snapshotter, paths, volumes } = context;
  const { id, record } = entry;
  for (const cutOff of [...entry.exports]) cutOff();
  await context.logForwarders.drain(entry);
  await context.logCompressor.forget(entry);
  try {
    const folder = rm(paths.data(id), { recursive: true, force: true });
    folder.catch(() => undefined);
    await entry.rootQueue.run(() => snapshotter.removeContainer(id));
    context.faultPoint('remove.snapshot');
    await folder;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    store.updateFacts(entry, { removal: 'failed', error: reason });
    throw engineError('containers.remove-failed', { id, reason }, { cause });
  }
  context.faultPoint('remove.folder');
  await loopTurn();
  volumes.release(id);
  context.faultPoint('remove.released');
  if (withVolumes) await removeAnonymousVolumes(context, entry);
  context.faultPoint('remove.volumes');
  store.delete(entry);
  context.faultPoint('remove.forgotten');
  entry.gone = true;
  context.execs.forget(entry);
  publishContainerEvent(context, record, 'destroy');
  entry.notify('removed', { exitCode: record.facts.exitCode, error: '' });
}

/**
 * Those of the container that nobody uses any more; one inherited by --volumes-from may still be its donor's.
 * Asked for anew and not of the release, which a killed daemon may have been through already.
 */
export async function removeAnonymousVolumes(
  context: ContainerContext,
  entry: ContainerEntry,
): Promise<void> {
  const { volumes, reportError } = context;
  for (const { anonymous, name = '' } of entry.record.mounts) {
    if (!anonymous || volumes.usersOf(name).length > 0) continue;
    try {
      await volumes.remove(name, { force: true });
    } catch (error) {
      reportError(error, `removing volume ${name} of container ${entry.id}`);
    }
  }
}
