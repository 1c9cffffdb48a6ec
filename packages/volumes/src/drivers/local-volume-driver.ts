import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, renameSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { diskError, engineError, errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { removeTrees, type WorkerPool } from '@berth/snapshots';
import { checkVolumeName } from '../volume-name.ts';
import type { VolumeRecord } from '../volume-record.ts';
import { checkLocalOptions, localMounts } from './local-mount.ts';
import type { DriverVolume, VolumeDriver, VolumeScope } from './volume-driver.ts';

export interface LocalDriverDependencies {
  readonly kernel: Pick<Kernel, 'mounts'>;
  readonly workers: Pick<WorkerPool, 'run'>;
  readonly faultPoint: (name: string) => void;
  /** Folder of all volumes, `<data-root>/volumes`. */
  readonly root: string;
  /** Who owns new volumes; absent: root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** The driver `local`: a folder per volume, on which its options may mount something. */
export class LocalVolumeDriver implements VolumeDriver {
  readonly name = 'local';
  readonly #kernel: Pick<Kernel, 'mounts'>;
  readonly #workers: Pick<WorkerPool, 'run'>;
  readonly #faultPoint: (name: string) => void;
  readonly #root: string;
  readonly #owner: LocalDriverDependencies['owner'];

  constructor(dependencies: LocalDriverDependencies) {
    this.#kernel = dependencies.kernel;
    this.#workers = dependencies.workers;
    this.#faultPoint = dependencies.faultPoint;
    this.#root = dependencies.root;
    this.#owner = dependencies.owner;
  }

  async scope(): Promise<VolumeScope> {
    return 'local';
  }

  validate(name: string, options: Readonly<Record<string, string>>): void {
    checkVolumeName(name);
    checkLocalOptions(name, options);
  }

  async get(name: string): Promise<DriverVolume | undefined> {
    const mountpoint = this.pathOf(name);
    const found = await stat(mountpoint).catch(() => undefined);
    return found?.isDirectory() ? { name, mountpoint } : undefined;
  }

  /** All of them have records. */
  async list(): Promise<readonly DriverVolume[]> {
    return [];
  }

  async create({ name }: VolumeRecord): Promise<void> {
    this.makeFolders(name);
  }

  /** Idempotent, and in one synchronous step. */
  makeFolders(name: string): void {
    try {
      mkdirSync(path.join(this.#root, name), { recursive: true, mode: 0o701 });
      const made = mkdirSync(this.pathOf(name), { recursive: true, mode: 0o755 });
      if (made !== undefined) this.setOwner(this.pathOf(name));
    } catch (error) {
      throw diskError(error, `creating volume ${name}`, this.pathOf(name));
    }
  }

  /** A new folder of files belongs to the root of containers. */
  setOwner(folder: string): void {
    if (this.#owner !== undefined) chownSync(folder, this.#owner.uid, this.#owner.gid);
  }

  /** A kill before `forget` leaves a record that says `removing`, one after it a hidden folder. */
  async remove({ name }: VolumeRecord, forget: () => void): Promise<void> {
    const trash = path.join(this.#root, `.removing-${randomBytes(8).toString('hex')}`);
    this.#kernel.mounts.unmount(this.pathOf(name), { detach: true });
    try {
      renameSync(path.join(this.#root, name), trash);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
    this.#faultPoint('volume.renamed');
    forget();
    this.#faultPoint('volume.forgotten');
    await removeTrees(this.#workers, [trash]);
  }

  async mount({ name, options }: VolumeRecord): Promise<string> {
    const target = this.pathOf(name);
    if (Object.keys(options).length === 0) return target;
    if (this.#kernel.mounts.list(target).length > 0) return target;
    try {
      for (const mount of localMounts(options, target)) this.#kernel.mounts.mount(mount);
    } catch (error) {
      this.#kernel.mounts.unmount(target, { detach: true });
      const device = options['device'] ?? '';
      const reason = (error as Error).message;
      throw engineError('volumes.mount-failed', { path: target, device, reason }, { cause: error });
    }
    return target;
  }

  async unmount({ name, options }: VolumeRecord, _id: string, last: boolean): Promise<void> {
    if (!last || Object.keys(options).length === 0) return;
    this.#kernel.mounts.unmount(this.pathOf(name), { detach: true });
  }

  pathOf(name: string): string {
    return path.join(this.#root, name, '_data');
  }
}
