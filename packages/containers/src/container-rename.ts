import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { validateContainerName } from './container-name.ts';
import { verdictOf } from './container-state.ts';

/** Gives the container another name. To be called from its queue. */
export async function renameInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  newName: string,
): Promise<void> {
  if (newName === '') throw engineError('containers.rename-empty', {});
  const name = validateContainerName(newName);
  const verdict = verdictOf('rename', entry.state);
  if (verdict !== 'proceed') throw engineError('containers.dead', { id: entry.id });
  const oldName = entry.name;
  if (name === oldName) throw engineError('containers.rename-same', {});
  context.store.rename(entry, name);
  try {
    if (entry.running) await context.networks.rename(entry.id, name);
  } catch (error) {
    context.store.rename(entry, oldName);
    throw error;
  }
  publishContainerEvent(context, entry.record, 'rename', { oldName: `/${oldName}` });
}
