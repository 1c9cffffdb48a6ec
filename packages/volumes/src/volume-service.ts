import type { Readable } from 'node:stream';
import type { Volume, VolumeCreateRequest } from '@berth/engine-api';

export interface VolumeUse {
  readonly volume: string;
  readonly containerId: string;
}

export interface VolumeImport {
  readonly name: string;
  /** Destroyed in every case. */
  readonly source: Readable;
  readonly signal?: AbortSignal;
}

export interface VolumeClone {
  readonly from: string;
  readonly name: string;
  readonly signal?: AbortSignal;
}

/** How a container mounts a volume; goes into the *mount* event. */
export interface VolumeMount {
  readonly containerId: string;
  /** Path inside the container. */
  readonly destination: string;
  readonly readWrite: boolean;
  readonly propagation: string;
}

/**
 * Named and anonymous volumes: of the `local` driver under `<data-root>/volumes/<name>/_data`, or of a plug-in.
 * Publishes create, mount, unmount, destroy, prune events.
 */
export interface VolumeService {
  /** Compares folders with the database: adopts data without a record, drops half-made ones. */
  reconcile(): Promise<void>;
  /**
   * Unmounts what containers that do not run any more have left mounted at plug-ins. To be called when all running
   * containers are adopted. Failures are reported.
   */
  releaseStale(): Promise<void>;
  /**
   * Idempotent for the same name and options, as Docker. An absent name makes an anonymous volume. Without a driver,
   * a volume that some plug-in has is taken before one is made by `local`.
   */
  create(request: VolumeCreateRequest): Promise<Volume>;
  inspect(name: string): Promise<Volume>;
  list(
    filters: Readonly<Record<string, readonly string[]>>,
  ): Promise<{ readonly volumes: Volume[]; readonly warnings: string[] }>;
  /**
   * Fails with volumes.in-use naming the containers. `force` makes a missing volume no error, and forgets one that its
   * plug-in cannot remove.
   */
  remove(name: string, options?: { readonly force?: boolean }): Promise<void>;
  prune(
    filters: Readonly<Record<string, readonly string[]>>,
  ): Promise<{ readonly deleted: string[]; readonly spaceReclaimed: number }>;

  /** Records that a container refers to the volume (at create); it cannot be removed meanwhile. */
  reference(use: VolumeUse): void;
  /** Drops the container's references; resolves with the anonymous volumes that nobody uses any more. */
  release(containerId: string): readonly string[];
  usersOf(volume: string): readonly string[];
  /** Where it is on the host; empty when it is nowhere. A plug-in's: where it was mounted last. */
  pathOf(name: string): string;
  /** Whether it is recorded; nothing is asked of plug-ins. */
  exists(name: string): boolean;
  /** `local`, and the plug-ins that were used by this daemon. */
  driverNames(): readonly string[];
  /**
   * Makes the volume ready for a running container (mounts it when driver options ask for it) and
   * returns the host path. Counted: each `mount` wants one `unmount`.
   */
  mount(name: string, mount: VolumeMount): Promise<string>;
  /** Counts the mount of a container that an earlier daemon started: it is there already, and was published. */
  adopt(name: string, containerId: string): void;
  unmount(name: string, containerId: string): Promise<void>;
  /**
   * First use of an empty volume: copies the image's content of `fromDirectory` (owners, modes, times,
   * xattrs, links) into it, atomically enough that a killed daemon copies again. No-op when not empty. A volume that
   * has to be mounted is mounted meanwhile.
   */
  populate(name: string, fromDirectory: string, mount: VolumeMount): Promise<void>;
  /**
   * A tar of the files, uncompressed, with sparse files, hard links and extended attributes; reproducible for the same
   * files. The caller reads or destroys it; the volume cannot be removed meanwhile.
   */
  export(name: string, signal?: AbortSignal): Promise<Readable>;
  /**
   * A new `local` volume with the content of a tar, plain or compressed with gzip, zstd, xz or bzip2. A failure leaves
   * no volume. Fails with volumes.exists or snapshots.unsafe-entry and its like.
   */
  import(request: VolumeImport): Promise<Volume>;
  /** A new `local` volume with the files and labels of another one, all or nothing. Fails with volumes.exists. */
  clone(request: VolumeClone): Promise<Volume>;
  /** Plain folders only: neither volumes with options nor those of plug-ins lie below the data root. */
  diskUsage(): Promise<
    readonly { readonly volume: Volume; readonly bytes: number; readonly references: number }[]
  >;
}
