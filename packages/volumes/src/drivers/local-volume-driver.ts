import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, renameSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { diskError, engineError, errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { removeTrees, type WorkerPool } from '@berth/snapshots';
import { NameQueue } from '../name-queue.ts';
import { checkVolumeName } from '../volume-name.ts';
import type { VolumeRecord } from '../volume-record.ts';
import { checkLocalOptions, localMounts, mountFailure } from './local-mount.ts';
import { type ResolveHost, resolveHost, withResolvedAddress } from './network-address.ts';
import type { DriverVolume, VolumeDriver, VolumeScope } from './volume-driver.ts';

export interface LocalDriverDependencies {
  readonly kernel: Pick<Kernel, 'mounts'>;
  readonly workers: Pick<WorkerPool, 'run'>;
  readonly faultPoint: (name: string) => void;
  /** Folder of all volumes, `<data-root>/volumes`. */
  readonly root: string;
  /** Finds the address of a host that the option `addr=` names. */
  readonly resolveHost?: ResolveHost;
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
  readonly #resolve: ResolveHost;
  readonly #queue = new NameQueue();
  readonly #owner: LocalDriverDependencies['owner'];

  constructor(dependencies: LocalDriverDependencies) {
    this.#kernel = dependencies.kernel;
    this.#workers = dependencies.workers;
    this.#faultPoint = dependencies.faultPoint;
    this.#root = dependencies.root;
    this.#resolve = dependencies.resolveHost ?? resolveHost;
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

  /** One after the other for each volume: the first one mounts. */
  async mount({ name, options }: VolumeRecord): Promise<string> {
    const target = this.pathOf(name);
    if (Object.keys(options).length === 0) return target;
    await this.#queue.run(name, async () => {
      if (this.#kernel.mounts.list(target).length === 0) await this.#mountOptions(options, target);
    });
    return target;
  }

  async #mountOptions(options: Readonly<Record<string, string>>, target: string): Promise<void> {
    let resolved: Readonly<Record<string, string>>;
    try {
      resolved = await withResolvedAddress(options, this.#resolve);
    } catch (cause) {
      const reason = `error resolving passed in network volume address: ${(cause as Error).message}`;
      throw engineError('volumes.mount-failed', { path: target, reason }, { cause });
    }
    for (const mount of localMounts(resolved, target)) {
      try {
        await this.#kernel.mounts.mountAsync(mount);
      } catch (cause) {
        this.#kernel.mounts.unmount(target, { detach: true });
        const reason = `failed to mount local volume: ${mountFailure(mount, cause)}`;
        throw engineError('volumes.mount-failed', { path: target, reason }, { cause });
      }
    }
  }

  async unmount({ name, options }: VolumeRecord, _id: string, last: boolean): Promise<void> {
    if (!last || Object.keys(options).length === 0) return;
    await this.#queue.run(name, () =>
      this.#kernel.mounts.unmountAsync(this.pathOf(name), { detach: true }),
    );
  }

  pathOf(name: string): string {
    return path.join(this.#root, name, '_data');
  }
}
