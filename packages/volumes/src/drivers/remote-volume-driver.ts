import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { engineError, isEngineError } from '@berth/errors';
import type { PluginClient } from '@berth/plugins';
import { checkVolumeName } from '../volume-name.ts';
import type { VolumeRecord } from '../volume-record.ts';
import type { DriverVolume, VolumeDriver, VolumeScope } from './volume-driver.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Making and mounting a volume may mean work on other machines. In milliseconds. */
const longPatience = 120_000;
/** What a container must never get as a volume, whatever a plug-in answers. */
const systemFolders = ['/proc', '/sys', '/dev'];
const longestPath = 4096;
const mostVolumes = 10_000;

/** Volumes that a plug-in makes (VolumeDriver of the plug-in protocol). What it answers is not trusted. */
export class RemoteVolumeDriver implements VolumeDriver {
  readonly #plugin: PluginClient;
  readonly #ownFolders: readonly string[];
  #scope: VolumeScope | undefined;

  /** `ownFolders` hold the engine's state: no volume lies in them or around them. */
  constructor(plugin: PluginClient, ownFolders: readonly string[]) {
    this.#plugin = plugin;
    this.#ownFolders = ownFolders;
  }

  get name(): string {
    return this.#plugin.name;
  }

  /** A plug-in that does not know the question has volumes of this host only, as with Docker. */
  async scope(): Promise<VolumeScope> {
    this.#scope ??= await this.#askScope();
    return this.#scope;
  }

  async #askScope(): Promise<VolumeScope> {
    try {
      const answer = await this.#call('Capabilities', {});
      return membersOf(answer.Capabilities).Scope === 'global' ? 'global' : 'local';
    } catch (error) {
      if (isEngineError(error, 'plugins.failed')) return 'local';
      throw error;
    }
  }

  validate(name: string): void {
    checkVolumeName(name);
  }

  async get(name: string): Promise<DriverVolume | undefined> {
    let answer: Answer;
    try {
      answer = await this.#call('Get', { Name: name });
    } catch (error) {
      if (isEngineError(error, 'plugins.failed')) return undefined;
      throw error;
    }
    const volume = volumeOf(answer.Volume);
    return volume?.name === name ? volume : undefined;
  }

  async list(): Promise<readonly DriverVolume[]> {
    const { Volumes } = await this.#call('List', {});
    if (!Array.isArray(Volumes)) return [];
    return Volumes.slice(0, mostVolumes).flatMap((value) => volumeOf(value) ?? []);
  }

  async create({ name, options }: VolumeRecord): Promise<void> {
    await this.#call('Create', { Name: name, Opts: options }, longPatience);
  }

  async remove({ name }: VolumeRecord, forget: () => void): Promise<void> {
    await this.#call('Remove', { Name: name });
    forget();
  }

  async mount({ name }: VolumeRecord, id: string): Promise<string> {
    const { Mountpoint } = await this.#call('Mount', { Name: name, ID: id }, longPatience);
    try {
      return await this.#checkedPath(Mountpoint);
    } catch (error) {
      await this.#call('Unmount', { Name: name, ID: id }).catch(() => undefined);
      throw error;
    }
  }

  async unmount({ name }: VolumeRecord, id: string): Promise<void> {
    await this.#call('Unmount', { Name: name, ID: id });
  }

  /** The directory itself, without links that could be changed later. */
  async #checkedPath(answer: unknown): Promise<string> {
    const given = pathOf(answer);
    if (given === '') throw this.#refused(answer, 'which is no absolute path');
    const directory = await realpath(given).catch(() => undefined);
    const found = directory === undefined ? undefined : await stat(directory);
    if (directory === undefined || found?.isDirectory() !== true) {
      throw this.#refused(answer, 'where there is no directory');
    }
    const holdsOwn = this.#ownFolders.some((own) => isAtOrBelow(own, directory));
    const inside = [...systemFolders, ...this.#ownFolders].some((folder) =>
      isAtOrBelow(directory, folder),
    );
    if (directory === '/' || holdsOwn || inside) {
      throw this.#refused(answer, 'which belongs to the host');
    }
    return directory;
  }

  #refused(answer: unknown, why: string): Error {
    const text = JSON.stringify(answer ?? '').slice(0, 200);
    const reason = `it gave the mount point ${text}, ${why}`;
    return engineError('plugins.failed', {
      plugin: this.name,
      method: 'VolumeDriver.Mount',
      reason,
    });
  }

  #call(method: string, body: object, patience?: number): Promise<Answer> {
    return this.#plugin.call(`VolumeDriver.${method}`, body, patience);
  }
}

function isAtOrBelow(candidate: string, folder: string): boolean {
  return candidate === folder || candidate.startsWith(`${folder}/`);
}

function membersOf(value: unknown): Answer {
  return typeof value === 'object' && value !== null ? (value as Answer) : {};
}

/** Undefined for what has no usable name. */
function volumeOf(value: unknown): DriverVolume | undefined {
  const { Name: name, Mountpoint, CreatedAt, Status } = membersOf(value);
  if (typeof name !== 'string' || !isVolumeName(name)) return undefined;
  const created = typeof CreatedAt === 'string' && !Number.isNaN(Date.parse(CreatedAt));
  const status = typeof Status === 'object' && Status !== null && !Array.isArray(Status);
  return {
    name,
    mountpoint: pathOf(Mountpoint),
    ...(created ? { createdAt: CreatedAt as string } : {}),
    ...(status ? { status: Status as Answer } : {}),
  };
}

function isVolumeName(name: string): boolean {
  try {
    checkVolumeName(name);
    return true;
  } catch {
    return false;
  }
}

/** Absolute and clean; empty for anything else. */
function pathOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestPath || value.includes('\0')) return '';
  return path.isAbsolute(value) ? path.normalize(value) : '';
}
