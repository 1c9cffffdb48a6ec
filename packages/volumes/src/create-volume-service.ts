import type { Readable } from 'node:stream';
import type { Volume, VolumeCreateRequest } from '@berth/engine-api';
import { isErrorOfKind } from '@berth/errors';
import type { EventBus } from '@berth/events';
import type { Kernel } from '@berth/kernel';
import { PluginRegistry } from '@berth/plugins';
import type { WorkerPool } from '@berth/snapshots';
import type { Database } from '@berth/state';
import { adopt, createVolume } from './create-volume.ts';
import { LocalVolumeDriver } from './drivers/local-volume-driver.ts';
import { VolumeDrivers } from './drivers/volume-drivers.ts';
import { listVolumes } from './list-volumes.ts';
import { MountCounts, mountVolume, releaseStale, unmountVolume } from './mount-volume.ts';
import { NameQueue } from './name-queue.ts';
import { populateVolume } from './populate-volume.ts';
import { reconcileVolumes } from './reconcile-volumes.ts';
import { pruneVolumes, removeVolume } from './remove-volume.ts';
import { cloneVolume, exportVolume, importVolume, type VolumeTransfer } from './transfer-volume.ts';
import {
  describeVolume,
  driverOf,
  findVolume,
  isPlain,
  usersOf,
  type VolumeContext,
} from './volume-context.ts';
import {
  pluginMountTable,
  type VolumeRecord,
  volumeTable,
  volumeUseTable,
} from './volume-record.ts';
import type {
  VolumeClone,
  VolumeImport,
  VolumeMount,
  VolumeService,
  VolumeUse,
} from './volume-service.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

export interface VolumesDependencies {
  readonly kernel: Pick<Kernel, 'mounts'>;
  readonly database: Database;
  readonly events: EventBus;
  /** Runs tree copies and sizes off the event loop. */
  readonly workers: Pick<WorkerPool, 'run'>;
  /** Packs and unpacks archives of volumes. */
  readonly transfer: VolumeTransfer;
  readonly clock: { now(): Date };
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint?: (name: string) => void;
  /** Failures that no client waits for. */
  readonly reportError?: (error: unknown, what: string) => void;
  /** Folder of all volumes, `<data-root>/volumes`. */
  readonly root: string;
  /** Who owns new local volumes; absent: root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Folders of the engine's own state, where no plug-in may put a volume. */
  readonly ownFolders?: readonly string[];
  /** The plug-ins of this host; those in Docker's folders when absent. */
  readonly plugins?: Pick<PluginRegistry, 'get' | 'names'>;
}

export function createVolumeService(dependencies: VolumesDependencies): VolumeService {
  const { database } = dependencies;
  const faultPoint = dependencies.faultPoint ?? (() => undefined);
  const local = new LocalVolumeDriver({ ...dependencies, faultPoint });
  const plugins = dependencies.plugins ?? new PluginRegistry();
  const counts = new MountCounts();
  const context: VolumeContext = {
    ...dependencies,
    ...{ local, faultPoint, names: new NameQueue() },
    reportError: dependencies.reportError ?? (() => undefined),
    drivers: new VolumeDrivers(local, plugins, dependencies.ownFolders ?? []),
    volumes: database.table(volumeTable),
    uses: database.table(volumeUseTable),
    pluginMounts: database.table(pluginMountTable),
    isHeld: (volume) => counts.isHeld(volume),
  };
  return new RecordedVolumeService(context, counts, dependencies.transfer);
}

class RecordedVolumeService implements VolumeService {
  readonly #context: VolumeContext;
  readonly #counts: MountCounts;
  readonly #transfer: VolumeTransfer;

  constructor(context: VolumeContext, counts: MountCounts, transfer: VolumeTransfer) {
    this.#context = context;
    this.#counts = counts;
    this.#transfer = transfer;
  }

  reconcile(): Promise<void> {
    return reconcileVolumes(this.#context);
  }

  releaseStale(): Promise<void> {
    return releaseStale(this.#context, this.#counts);
  }

  create(request: VolumeCreateRequest): Promise<Volume> {
    return createVolume(this.#context, request);
  }

  async inspect(name: string): Promise<Volume> {
    const record = await this.#findOrAdopt(name);
    if (record.driver === undefined) return describeVolume(this.#context, record);
    const driver = driverOf(this.#context, record);
    const volume = await driver.get(name);
    const scope = await driver.scope();
    return describeVolume(this.#context, record, { ...(volume ? { volume } : {}), scope });
  }

  list(filters: Filters): Promise<{ volumes: Volume[]; warnings: string[] }> {
    return listVolumes(this.#context, filters);
  }

  remove(name: string, options: { readonly force?: boolean } = {}): Promise<void> {
    return removeVolume(this.#context, this.#counts, name, options);
  }

  prune(filters: Filters): Promise<{ deleted: string[]; spaceReclaimed: number }> {
    return pruneVolumes(this.#context, filters, (name) => this.#bytesOf(name));
  }

  reference(use: VolumeUse): void {
    findVolume(this.#context, use.volume);
    this.#context.uses.put(use);
  }

  release(containerId: string): readonly string[] {
    const { database, uses, volumes } = this.#context;
    return database.transaction(() => {
      const released = uses.find('container', containerId).map((use) => use.volume);
      for (const volume of released) uses.delete(volumeUseTable.key({ volume, containerId }));
      return released.filter(
        (volume) => this.usersOf(volume).length === 0 && volumes.get(volume)?.anonymous === true,
      );
    });
  }

  usersOf(volume: string): readonly string[] {
    return usersOf(this.#context, volume);
  }

  pathOf(name: string): string {
    const record = this.#context.volumes.get(name);
    if (record === undefined) return '';
    return record.driver === undefined
      ? this.#context.local.pathOf(name)
      : (record.mountpoint ?? '');
  }

  exists(name: string): boolean {
    return this.#context.volumes.get(name) !== undefined;
  }

  driverNames(): readonly string[] {
    return this.#context.drivers.usedNames();
  }

  mount(name: string, mount: VolumeMount): Promise<string> {
    return mountVolume(this.#context, this.#counts, name, mount);
  }

  adopt(name: string, containerId: string): void {
    this.#counts.add(name, containerId);
  }

  unmount(name: string, containerId: string): Promise<void> {
    return unmountVolume(this.#context, this.#counts, name, containerId);
  }

  populate(name: string, fromDirectory: string, mount: VolumeMount): Promise<void> {
    return populateVolume(this.#context, this.#counts, { name, fromDirectory, mount });
  }

  export(name: string, signal?: AbortSignal): Promise<Readable> {
    const request = { name, ...(signal ? { signal } : {}) };
    return exportVolume(this.#context, this.#counts, this.#transfer, request);
  }

  import(request: VolumeImport): Promise<Volume> {
    return importVolume(this.#context, this.#transfer, request);
  }

  clone(request: VolumeClone): Promise<Volume> {
    return cloneVolume(this.#context, this.#counts, request);
  }

  async diskUsage(): Promise<{ volume: Volume; bytes: number; references: number }[]> {
    const usages: { volume: Volume; bytes: number; references: number }[] = [];
    for (const record of this.#context.volumes.all().filter(isPlain)) {
      const bytes = await this.#bytesOf(record.name);
      const references = this.usersOf(record.name).length;
      usages.push({ volume: describeVolume(this.#context, record), bytes, references });
    }
    return usages;
  }

  /** Volumes that were made by a plug-in beside this engine get a record when they are asked for. */
  async #findOrAdopt(name: string): Promise<VolumeRecord> {
    try {
      return findVolume(this.#context, name);
    } catch (error) {
      if (!isErrorOfKind(error, 'not-found') || this.exists(name)) throw error;
      const found = await this.#context.drivers.find(name);
      if (found === undefined) throw error;
      return adopt(this.#context, found);
    }
  }

  async #bytesOf(name: string): Promise<number> {
    const directory = this.#context.local.pathOf(name);
    return (await this.#context.workers.run({ kind: 'usage', directory })).bytes;
  }
}
