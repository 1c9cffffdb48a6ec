import { engineError, isErrorOfKind } from '@berth/errors';
import type { MountCounts } from './mount-volume.ts';
import { releaseStale } from './mount-volume.ts';
import {
  driverOf,
  findVolume,
  isPlain,
  publishVolume,
  usersOf,
  type VolumeContext,
} from './volume-context.ts';
import { filterPrunable } from './volume-filter.ts';
import type { VolumeRecord } from './volume-record.ts';

/** `force`: no error when there is none, and a volume whose plug-in does not have or answer for it is forgotten. */
export async function removeVolume(
  context: VolumeContext,
  mounts: MountCounts,
  name: string,
  options: { readonly force?: boolean },
): Promise<void> {
  const known = context.volumes.get(name);
  if (known?.driver === undefined && known !== undefined) {
    await removeRecorded(context, known);
    return;
  }
  await context.names.run(name, async () => {
    const record = await recorded(context, name, options.force === true);
    if (record === undefined) return;
    requireUnused(context, name);
    try {
      await releaseStale(context, mounts, name);
      await removeRecorded(context, record);
    } catch (error) {
      if (!options.force || isErrorOfKind(error, 'conflict')) throw error;
      context.reportError(error, `removing volume ${name}`);
      context.volumes.delete(name);
      for (const { containerId } of context.pluginMounts.find('volume', name)) {
        context.pluginMounts.delete(`${name}/${containerId}`);
      }
      publishVolume(context, 'destroy', record);
    }
  });
}

/** A volume that only a plug-in knows of can be removed as well. */
async function recorded(
  context: VolumeContext,
  name: string,
  force: boolean,
): Promise<VolumeRecord | undefined> {
  try {
    return findVolume(context, name);
  } catch (error) {
    if (!isErrorOfKind(error, 'not-found')) throw error;
    const found = await context.drivers.find(name);
    if (found === undefined) {
      if (force) return undefined;
      throw error;
    }
    const { driver, volume } = found;
    return {
      ...{ name, driver: driver.name, labels: {}, options: {}, anonymous: false },
      ...{ populating: false, createdAt: volume.createdAt ?? '' },
    };
  }
}

function requireUnused(context: VolumeContext, name: string): void {
  if (context.isHeld(name)) throw engineError('volumes.being-read', { name });
  const users = usersOf(context, name);
  if (users.length === 0) return;
  throw engineError('volumes.in-use', { name, containers: users.join(', ') });
}

/**
 * For a folder, the record and the name go in one synchronous step, so that nobody can refer to the volume or make it
 * anew in between. The mark keeps everybody away while a plug-in works. `reconcile` goes on with both after a kill.
 */
export async function removeRecorded(context: VolumeContext, record: VolumeRecord): Promise<void> {
  const { volumes, faultPoint } = context;
  requireUnused(context, record.name);
  const driver = driverOf(context, record);
  volumes.put({ ...record, removing: true });
  faultPoint('volume.marked');
  let forgotten = false;
  try {
    await driver.remove(record, () => {
      forgotten = true;
      volumes.delete(record.name);
    });
  } catch (error) {
    if (!forgotten) volumes.put({ ...record, removing: false });
    throw error;
  }
  publishVolume(context, 'destroy', record);
}

/**
 * Removes the unused folders that the filters choose, as Docker: neither volumes with options nor those of plug-ins.
 */
export async function pruneVolumes(
  context: VolumeContext,
  filters: Readonly<Record<string, readonly string[]>>,
  bytesOf: (name: string) => Promise<number>,
): Promise<{ deleted: string[]; spaceReclaimed: number }> {
  const deleted: string[] = [];
  let spaceReclaimed = 0;
  const isUsed = (name: string) => usersOf(context, name).length > 0;
  const plain = context.volumes.all().filter(isPlain);
  for (const { name } of filterPrunable(plain, filters, isUsed)) {
    const bytes = await bytesOf(name);
    const record = context.volumes.get(name);
    if (isUsed(name) || context.isHeld(name) || record === undefined || record.removing) continue;
    await removeRecorded(context, record);
    spaceReclaimed += bytes;
    deleted.push(name);
  }
  const attributes = { reclaimed: String(spaceReclaimed) };
  context.events.publish({ type: 'volume', action: 'prune', actorId: '', attributes });
  return { deleted, spaceReclaimed };
}
