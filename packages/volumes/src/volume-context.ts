import type { Volume } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { EventBus } from '@berth/events';
import type { Kernel } from '@berth/kernel';
import type { WorkerPool } from '@berth/snapshots';
import type { Database, Table } from '@berth/state';
import type { LocalVolumeDriver } from './drivers/local-volume-driver.ts';
import type { DriverVolume, VolumeDriver, VolumeScope } from './drivers/volume-driver.ts';
import type { VolumeDrivers } from './drivers/volume-drivers.ts';
import type { NameQueue } from './name-queue.ts';
import type { PluginMountRecord, VolumeRecord, VolumeUseRecord } from './volume-record.ts';

/** What the operations on volumes share. */
export interface VolumeContext {
  readonly kernel: Pick<Kernel, 'mounts'>;
  readonly database: Database;
  readonly events: EventBus;
  readonly workers: Pick<WorkerPool, 'run'>;
  /** Whether somebody other than a container reads the volume now. */
  readonly isHeld: (volume: string) => boolean;
  readonly clock: { now(): Date };
  readonly faultPoint: (name: string) => void;
  readonly reportError: (error: unknown, what: string) => void;
  readonly root: string;
  readonly local: LocalVolumeDriver;
  readonly drivers: VolumeDrivers;
  readonly volumes: Table<VolumeRecord>;
  readonly uses: Table<VolumeUseRecord>;
  readonly pluginMounts: Table<PluginMountRecord>;
  /** One operation with a plug-in at a time for each volume. */
  readonly names: NameQueue;
}

export function driverNameOf(record: Pick<VolumeRecord, 'driver'>): string {
  return record.driver ?? 'local';
}

/** True for a folder of this host with nothing mounted on it: what can be copied, measured and pruned. */
export function isPlain(record: VolumeRecord): boolean {
  return record.driver === undefined && Object.keys(record.options).length === 0;
}

/** Fails with volumes.not-found; also for a volume that is being removed. */
export function findVolume(context: Pick<VolumeContext, 'volumes'>, name: string): VolumeRecord {
  const record = context.volumes.get(name);
  if (record === undefined || record.removing) throw engineError('volumes.not-found', { name });
  return record;
}

/** Fails with volumes.driver-gone when the plug-in of a volume is not there any more. */
export function driverOf(
  { drivers }: Pick<VolumeContext, 'drivers'>,
  record: VolumeRecord,
): VolumeDriver {
  const driver = drivers.get(driverNameOf(record));
  if (driver !== undefined) return driver;
  const { name } = record;
  throw engineError('volumes.driver-gone', { name, driver: driverNameOf(record) });
}

export function usersOf({ uses }: Pick<VolumeContext, 'uses'>, volume: string): readonly string[] {
  return uses.find('volume', volume).map((use) => use.containerId);
}

/** Without fractions of a second, as Docker shows times of volumes. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

export function publishVolume(
  { events }: Pick<VolumeContext, 'events'>,
  action: 'create' | 'destroy',
  record: VolumeRecord,
): void {
  const attributes = { driver: driverNameOf(record) };
  events.publish({ type: 'volume', action, actorId: record.name, attributes });
}

/** As `inspect` shows it; `told` is what the plug-in says of it. */
export function describeVolume(
  { local }: Pick<VolumeContext, 'local'>,
  record: VolumeRecord,
  told: { readonly volume?: DriverVolume; readonly scope?: VolumeScope } = {},
): Volume {
  const status = told.volume?.status;
  return {
    CreatedAt: told.volume?.createdAt ?? record.createdAt,
    Driver: driverNameOf(record),
    Labels: record.labels as Record<string, string>,
    Mountpoint:
      record.driver === undefined
        ? local.pathOf(record.name)
        : told.volume?.mountpoint || (record.mountpoint ?? ''),
    Name: record.name,
    Options: record.options as Record<string, string>,
    Scope: told.scope ?? 'local',
    ...(status === undefined ? {} : { Status: status as NonNullable<Volume['Status']> }),
  };
}
