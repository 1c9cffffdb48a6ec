import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Volume, VolumeCreateRequest } from '@berth/engine-api';
import { diskError, engineError, errnoOf } from '@berth/errors';
import type { EventBus } from '@berth/events';
import type { Kernel } from '@berth/kernel';
import type { WorkerPool } from '@berth/snapshots';
import type { Database, Table } from '@berth/state';
import { checkLocalOptions, localMounts } from './local-mount.ts';
import { filterPrunable, filterVolumes } from './volume-filter.ts';
import { checkVolumeName } from './volume-name.ts';
import {
  type VolumeRecord,
  type VolumeUseRecord,
  volumeTable,
  volumeUseTable,
} from './volume-record.ts';
import type { VolumeMount, VolumeService, VolumeUse } from './volume-service.ts';

/** The label that Docker gives to volumes without a name of their own. */
const anonymousLabel = 'com.docker.volume.anonymous';

type Filters = Readonly<Record<string, readonly string[]>>;

export interface VolumesDependencies {
  readonly kernel: Kernel;
  readonly database: Database;
  readonly events: EventBus;
  /** Runs tree copies and sizes off the event loop. */
  readonly workers: Pick<WorkerPool, 'run'>;
  readonly clock: { now(): Date };
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint?: (name: string) => void;
  /** Folder of all volumes, `<data-root>/volumes`. */
  readonly root: string;
}

export function createVolumeService(dependencies: VolumesDependencies): VolumeService {
  return new LocalVolumeService(dependencies);
}

class LocalVolumeService implements VolumeService {
  readonly #kernel: Kernel;
  readonly #database: Database;
  readonly #events: EventBus;
  readonly #workers: Pick<WorkerPool, 'run'>;
  readonly #clock: { now(): Date };
  readonly #faultPoint: (name: string) => void;
  readonly #root: string;
  readonly #volumes: Table<VolumeRecord>;
  readonly #uses: Table<VolumeUseRecord>;
  /** Containers that have the volume mounted now: driver mounts are made for the first, undone for the last. */
  readonly #mounted = new Map<string, Set<string>>();

  constructor(dependencies: VolumesDependencies) {
    this.#kernel = dependencies.kernel;
    this.#database = dependencies.database;
    this.#events = dependencies.events;
    this.#workers = dependencies.workers;
    this.#clock = dependencies.clock;
    this.#faultPoint = dependencies.faultPoint ?? (() => undefined);
    this.#root = dependencies.root;
    this.#volumes = dependencies.database.table(volumeTable);
    this.#uses = dependencies.database.table(volumeUseTable);
  }

  async reconcile(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o701 });
    const known = new Set(this.#volumes.all().map((record) => record.name));
    for (const entry of await readdir(this.#root, { withFileTypes: true })) {
      if (!entry.isDirectory() || known.has(entry.name)) continue;
      const folder = path.join(this.#root, entry.name);
      if (entry.name.startsWith('.')) await this.#workers.run({ kind: 'remove', paths: [folder] });
      else if (await isDirectory(path.join(folder, '_data'))) this.#adopt(entry.name);
    }
    for (const record of this.#volumes.all()) {
      if (record.removing) await this.#delete(record);
      else this.#makeFolders(record.name);
    }
  }

  async create(request: VolumeCreateRequest): Promise<Volume> {
    const anonymous = !request.Name;
    const name = request.Name || randomBytes(32).toString('hex');
    const driver = request.Driver || 'local';
    if (driver === 'default' || driver !== 'local') {
      throw engineError('volumes.unknown-driver', { name, driver });
    }
    checkVolumeName(name);
    const options = request.DriverOpts ?? {};
    const existing = this.#volumes.get(name);
    if (existing !== undefined) {
      const asked = Object.keys(options).length > 0;
      if (asked && !sameEntries(options, existing.options)) {
        throw engineError('volumes.name-conflict', { name });
      }
      return this.#describe(existing);
    }
    checkLocalOptions(name, options);
    const labels = request.Labels ?? {};
    const record: VolumeRecord = {
      name,
      createdAt: this.#clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      labels: anonymous ? { ...labels, [anonymousLabel]: '' } : labels,
      options,
      anonymous: anonymous || Object.hasOwn(labels, anonymousLabel),
      populating: false,
    };
    this.#volumes.insert(record);
    this.#faultPoint('volume.recorded');
    try {
      this.#makeFolders(name);
    } catch (error) {
      this.#volumes.delete(name);
      throw diskError(error, `creating volume ${name}`, this.#dataPath(name));
    }
    this.#faultPoint('volume.made');
    this.#publish('create', name);
    return this.#describe(record);
  }

  async inspect(name: string): Promise<Volume> {
    return this.#describe(this.#get(name));
  }

  async list(filters: Filters): Promise<{ volumes: Volume[]; warnings: string[] }> {
    const records = filterVolumes(this.#volumes.all(), filters, (name) => this.#isUsed(name));
    return { volumes: records.map((record) => this.#describe(record)), warnings: [] };
  }

  async remove(name: string, options: { readonly force?: boolean } = {}): Promise<void> {
    const record = this.#volumes.get(name);
    if (record === undefined) {
      if (options.force === true) return;
      throw engineError('volumes.not-found', { name });
    }
    const users = this.usersOf(name);
    if (users.length > 0) {
      throw engineError('volumes.in-use', { name, containers: users.join(', ') });
    }
    await this.#delete(record);
  }

  async prune(filters: Filters): Promise<{ deleted: string[]; spaceReclaimed: number }> {
    const deleted: string[] = [];
    let spaceReclaimed = 0;
    const isUsed = (name: string) => this.#isUsed(name);
    for (const record of filterPrunable(this.#volumes.all(), filters, isUsed)) {
      const bytes = await this.#bytesOf(record.name);
      if (this.#isUsed(record.name) || this.#volumes.get(record.name) === undefined) continue;
      await this.#delete(record);
      spaceReclaimed += bytes;
      deleted.push(record.name);
    }
    const attributes = { reclaimed: String(spaceReclaimed) };
    this.#events.publish({ type: 'volume', action: 'prune', actorId: '', attributes });
    return { deleted, spaceReclaimed };
  }

  reference(use: VolumeUse): void {
    this.#get(use.volume);
    this.#uses.put(use);
  }

  release(containerId: string): readonly string[] {
    return this.#database.transaction(() => {
      const volumes = this.#uses.find('container', containerId).map((use) => use.volume);
      for (const volume of volumes) this.#uses.delete(volumeUseTable.key({ volume, containerId }));
      return volumes.filter(
        (volume) => !this.#isUsed(volume) && this.#volumes.get(volume)?.anonymous === true,
      );
    });
  }

  usersOf(volume: string): readonly string[] {
    return this.#uses.find('volume', volume).map((use) => use.containerId);
  }

  async mount(name: string, mount: VolumeMount): Promise<string> {
    const record = this.#get(name);
    const target = this.#dataPath(name);
    const users = this.#mounted.get(name) ?? new Set();
    if (Object.keys(record.options).length > 0 && this.#kernel.mounts.list(target).length === 0) {
      this.#mountDevice(record, target);
    }
    this.#faultPoint('volume.mounted');
    this.#mounted.set(name, users.add(mount.containerId));
    const attributes = {
      container: mount.containerId,
      destination: mount.destination,
      driver: 'local',
      propagation: mount.propagation,
      'read/write': String(mount.readWrite),
    };
    this.#events.publish({ type: 'volume', action: 'mount', actorId: name, attributes });
    return target;
  }

  adopt(name: string, containerId: string): void {
    const users = this.#mounted.get(name) ?? new Set();
    this.#mounted.set(name, users.add(containerId));
  }

  async unmount(name: string, containerId: string): Promise<void> {
    const users = this.#mounted.get(name) ?? new Set();
    users.delete(containerId);
    const attributes = { container: containerId, driver: 'local' };
    this.#events.publish({ type: 'volume', action: 'unmount', actorId: name, attributes });
    if (users.size > 0) return;
    this.#mounted.delete(name);
    const options = this.#volumes.get(name)?.options ?? {};
    if (Object.keys(options).length === 0) return;
    this.#kernel.mounts.unmount(this.#dataPath(name), { detach: true });
  }

  async populate(name: string, fromDirectory: string): Promise<void> {
    const record = this.#get(name);
    if (Object.keys(record.options).length > 0) return;
    const target = this.#dataPath(name);
    if (record.populating) {
      await this.#workers.run({ kind: 'remove', paths: [target] });
      await mkdir(target);
    } else if ((await readdir(target)).length > 0) return;
    this.#volumes.put({ ...record, populating: true });
    this.#faultPoint('volume.populating');
    await this.#workers.run({ kind: 'copy', from: fromDirectory, to: target });
    this.#faultPoint('volume.copied');
    const root = await stat(fromDirectory);
    await chown(target, root.uid, root.gid);
    await chmod(target, root.mode & 0o7777);
    this.#volumes.put({ ...record, populating: false });
  }

  async diskUsage(): Promise<{ volume: Volume; bytes: number; references: number }[]> {
    const usages: { volume: Volume; bytes: number; references: number }[] = [];
    for (const record of this.#volumes.all()) {
      const bytes = await this.#bytesOf(record.name);
      const references = this.usersOf(record.name).length;
      usages.push({ volume: this.#describe(record), bytes, references });
    }
    return usages;
  }

  #mountDevice(record: VolumeRecord, target: string): void {
    try {
      for (const mount of localMounts(record.options, target)) this.#kernel.mounts.mount(mount);
    } catch (error) {
      this.#kernel.mounts.unmount(target, { detach: true });
      const device = record.options['device'] ?? '';
      const reason = (error as Error).message;
      throw engineError('volumes.mount-failed', { path: target, device, reason }, { cause: error });
    }
  }

  /**
   * Record and name go in one synchronous step, so that nobody can refer to the volume or make it anew in between.
   * A kill in it leaves a record that says `removing`, one after it a hidden folder: `reconcile` goes on with both.
   */
  async #delete(record: VolumeRecord): Promise<void> {
    const folder = path.join(this.#root, record.name);
    const trash = path.join(this.#root, `.removing-${randomBytes(8).toString('hex')}`);
    this.#kernel.mounts.unmount(this.#dataPath(record.name), { detach: true });
    this.#volumes.put({ ...record, removing: true });
    this.#faultPoint('volume.marked');
    try {
      renameSync(folder, trash);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') {
        this.#volumes.put(record);
        throw error;
      }
    }
    this.#faultPoint('volume.renamed');
    this.#volumes.delete(record.name);
    this.#faultPoint('volume.forgotten');
    await this.#workers.run({ kind: 'remove', paths: [trash] });
    this.#publish('destroy', record.name);
  }

  #makeFolders(name: string): void {
    mkdirSync(path.join(this.#root, name), { recursive: true, mode: 0o701 });
    mkdirSync(this.#dataPath(name), { recursive: true });
  }

  #adopt(name: string): void {
    this.#volumes.insert({
      name,
      createdAt: this.#clock.now().toISOString(),
      labels: {},
      options: {},
      anonymous: false,
      populating: false,
    });
  }

  async #bytesOf(name: string): Promise<number> {
    const directory = this.#dataPath(name);
    return (await this.#workers.run({ kind: 'usage', directory })).bytes;
  }

  #get(name: string): VolumeRecord {
    const record = this.#volumes.get(name);
    if (record === undefined) throw engineError('volumes.not-found', { name });
    return record;
  }

  #isUsed(name: string): boolean {
    return this.#uses.find('volume', name).length > 0;
  }

  #dataPath(name: string): string {
    return path.join(this.#root, name, '_data');
  }

  #describe(record: VolumeRecord): Volume {
    return {
      CreatedAt: record.createdAt,
      Driver: 'local',
      Labels: record.labels as Record<string, string>,
      Mountpoint: this.#dataPath(record.name),
      Name: record.name,
      Options: record.options as Record<string, string>,
      Scope: 'local',
    };
  }

  #publish(action: 'create' | 'destroy', name: string): void {
    this.#events.publish({
      type: 'volume',
      action,
      actorId: name,
      attributes: { driver: 'local' },
    });
  }
}

async function isDirectory(candidate: string): Promise<boolean> {
  return stat(candidate).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function sameEntries(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
