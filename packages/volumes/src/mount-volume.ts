import { isEngineError } from '@berth/errors';
import { driverNameOf, driverOf, findVolume, type VolumeContext } from './volume-context.ts';
import type { VolumeRecord } from './volume-record.ts';
import type { VolumeMount } from './volume-service.ts';

/**
 * How often each container has each volume mounted. A plug-in and the driver options are asked for a volume once
 * per container, and by the first of all.
 */
export class MountCounts {
  readonly #byVolume = new Map<string, Map<string, number>>();
  readonly #holders = new Map<string, Set<string>>();

  add(volume: string, containerId: string): void {
    const users = this.#byVolume.get(volume) ?? new Map<string, number>();
    users.set(containerId, (users.get(containerId) ?? 0) + 1);
    this.#byVolume.set(volume, users);
  }

  /** What remains of the container's, and whether anybody else has it. */
  remove(volume: string, containerId: string): { own: number; others: boolean } {
    const users = this.#byVolume.get(volume);
    const own = Math.max(0, (users?.get(containerId) ?? 0) - 1);
    if (own > 0) users?.set(containerId, own);
    else users?.delete(containerId);
    const others = [...(users?.keys() ?? [])].some((id) => id !== containerId);
    if (users?.size === 0) this.#byVolume.delete(volume);
    return { own, others };
  }

  /** Somebody other than a container reads the volume: it must stay. */
  hold(volume: string, holder: string): void {
    this.#holders.set(volume, (this.#holders.get(volume) ?? new Set()).add(holder));
  }

  letGo(volume: string, holder: string): void {
    const holders = this.#holders.get(volume);
    holders?.delete(holder);
    if (holders?.size === 0) this.#holders.delete(volume);
  }

  isHeld(volume: string): boolean {
    return this.#holders.has(volume);
  }

  has(volume: string, containerId: string): boolean {
    return this.#byVolume.get(volume)?.has(containerId) ?? false;
  }
}

/** See VolumeService.mount. */
export async function mountVolume(
  context: VolumeContext,
  counts: MountCounts,
  name: string,
  mount: VolumeMount,
): Promise<string> {
  const record = findVolume(context, name);
  const target = await acquireVolume(context, counts, name, mount.containerId);
  context.faultPoint('volume.mounted');
  const attributes = {
    container: mount.containerId,
    destination: mount.destination,
    driver: driverNameOf(record),
    propagation: mount.propagation,
    'read/write': String(mount.readWrite),
  };
  context.events.publish({ type: 'volume', action: 'mount', actorId: name, attributes });
  return target;
}

/**
 * Makes the volume ready for a user and returns the directory. Counted before the driver is asked, so that nobody takes
 * the mount for a stale one.
 */
export async function acquireVolume(
  context: VolumeContext,
  counts: MountCounts,
  name: string,
  user: string,
): Promise<string> {
  const record = findVolume(context, name);
  const again = counts.has(name, user);
  counts.add(name, user);
  try {
    return await mountFor(context, record, user, again);
  } catch (error) {
    counts.remove(name, user);
    throw error;
  }
}

/** A mount of which nobody knows whether the plug-in made it stays recorded; `releaseStale` undoes it. */
async function mountFor(
  context: VolumeContext,
  record: VolumeRecord,
  containerId: string,
  again: boolean,
): Promise<string> {
  const driver = driverOf(context, record);
  const { name } = record;
  if (record.driver === undefined) return await driver.mount(record, containerId);
  if (again && record.mountpoint) return record.mountpoint;
  context.pluginMounts.put({ volume: name, containerId, driver: record.driver });
  context.faultPoint('volume.mount-recorded');
  let mountpoint: string;
  try {
    mountpoint = await driver.mount(record, containerId);
  } catch (error) {
    if (isEngineError(error, 'plugins.failed')) {
      context.pluginMounts.delete(`${name}/${containerId}`);
    }
    throw error;
  }
  context.faultPoint('volume.plugin-mounted');
  const now = context.volumes.get(name);
  if (now !== undefined && now.mountpoint !== mountpoint) {
    context.volumes.put({ ...now, mountpoint });
  }
  return mountpoint;
}

/** See VolumeService.unmount. */
export async function unmountVolume(
  context: VolumeContext,
  counts: MountCounts,
  name: string,
  containerId: string,
): Promise<void> {
  const driver = driverNameOf(context.volumes.get(name) ?? {});
  const attributes = { container: containerId, driver };
  context.events.publish({ type: 'volume', action: 'unmount', actorId: name, attributes });
  await releaseVolume(context, counts, name, containerId);
}

/** Undoes `acquireVolume`. */
export async function releaseVolume(
  context: VolumeContext,
  counts: MountCounts,
  name: string,
  containerId: string,
): Promise<void> {
  const { own, others } = counts.remove(name, containerId);
  const record = context.volumes.get(name);
  if (own > 0 || record === undefined) return;
  if (record.driver === undefined) {
    await driverOf(context, record).unmount(record, containerId, !others);
    return;
  }
  await unmountRemote(context, record, containerId);
}

/** The record of the mount stays while the plug-in cannot be reached; `releaseStale` tries again. */
async function unmountRemote(
  context: VolumeContext,
  record: VolumeRecord,
  containerId: string,
): Promise<void> {
  const key = `${record.name}/${containerId}`;
  if (context.pluginMounts.get(key) === undefined) return;
  try {
    await driverOf(context, record).unmount(record, containerId, true);
  } catch (error) {
    if (isEngineError(error, 'plugins.failed')) context.pluginMounts.delete(key);
    throw error;
  }
  context.faultPoint('volume.unmounted');
  context.pluginMounts.delete(key);
}

/** Unmounts what containers that do not run any more have left mounted at plug-ins; of one volume or of all. */
export async function releaseStale(
  context: VolumeContext,
  counts: MountCounts,
  volume?: string,
): Promise<void> {
  const all = volume ? context.pluginMounts.find('volume', volume) : context.pluginMounts.all();
  for (const { volume: name, containerId } of all) {
    if (counts.has(name, containerId)) continue;
    const record = context.volumes.get(name);
    if (record === undefined) {
      context.pluginMounts.delete(`${name}/${containerId}`);
      continue;
    }
    try {
      await unmountRemote(context, record, containerId);
    } catch (error) {
      context.reportError(error, `unmounting volume ${name} of container ${containerId}`);
    }
  }
}
