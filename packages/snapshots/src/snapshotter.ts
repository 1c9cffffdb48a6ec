import type { Readable } from 'node:stream';
import type { Digest } from '@berth/oci';
import type { LayerTransfer } from './layer-transfer.ts';

export type SnapshotterName = 'overlay2' | 'vfs' | 'btrfs';

/** One changed path of a container against its image. */
export interface Change {
  readonly kind: 'added' | 'modified' | 'deleted';
  /** Absolute inside the container. */
  readonly path: string;
}

export interface Usage {
  readonly bytes: number;
  readonly inodes: number;
}

/** An unpack target that is not visible as a layer yet. */
export interface LayerDraft extends AsyncDisposable {
  /**
   * Empty directory to unpack the layer's tar into, with the representation that the driver wants for
   * whiteouts (see `whiteouts`). For vfs it already holds a copy of the parent.
   */
  readonly directory: string;
  readonly whiteouts: 'overlay' | 'apply';
  /**
   * Makes the draft the layer `chainId` atomically; drafts that lose a race against the same layer are
   * dropped silently. Disposing without commit removes it.
   */
  commit(chainId: Digest, usage: Usage): Promise<void>;
}

/** What is wrong with a layer. */
export interface LayerDamage {
  readonly state: 'missing' | 'corrupt';
  readonly detail: string;
}

export interface ContainerMountOptions {
  /**
   * Docker's `--storage-opt`: btrfs knows `size`, a limit of all that the container holds with its image. Fails
   * with snapshots.option-unsupported or snapshots.invalid-option.
   */
  readonly storageOptions?: Readonly<Record<string, string>>;
}

/**
 * File systems made of layers. Layers are immutable, shared, named by chain ID; a container has one
 * writable snapshot on top of a layer (or on nothing for an empty image). Safe for concurrent use, not
 * for two operations on the same container at once. Consistent after kill -9: `open` removes drafts.
 */
export interface Snapshotter {
  readonly name: SnapshotterName;
  /** Whether what was mounted `mapped` stays so when an opening without `owners` mounts it again. */
  readonly keepsMapping: boolean;
  /** Lines for `info` (Docker's DriverStatus). */
  status(): readonly (readonly [string, string])[];

  /** Committed layer? */
  hasLayer(chainId: Digest): Promise<boolean>;
  /** `parent` is the chain ID below; overlay2 ignores it (layers unpack in any order). */
  createLayer(parent: Digest | undefined): Promise<LayerDraft>;
  /** Idempotent. The caller guarantees that nothing stands on it. */
  removeLayer(chainId: Digest): Promise<void>;
  listLayers(): Promise<Digest[]>;
  layerUsage(chainId: Digest): Promise<Usage>;
  /** Looks whether a layer's folder is there and whole; its files are not compared. Undefined: nothing found. */
  checkLayer(chainId: Digest): Promise<LayerDamage | undefined>;

  /** `chain` is the image's chain IDs bottom first; empty for an empty image. Fails with snapshots.layer-missing. */
  createContainer(
    id: string,
    chain: readonly Digest[],
    options?: ContainerMountOptions,
  ): Promise<void>;
  /**
   * Mounts (idempotent) and returns the root directory. `mapped`: with the owners that a user namespace sees
   * (`OpenSnapshotterOptions.owners`), for the first mount of those that go on; nothing on disk differs.
   */
  mount(id: string, options?: { readonly mapped?: boolean }): Promise<string>;
  /** Idempotent; never fails because of somebody's open files (lazy). */
  unmount(id: string): Promise<void>;
  /** Unmounts and removes the writable snapshot. Idempotent. */
  removeContainer(id: string): Promise<void>;
  /**
   * Mounts an image's files, and nothing else, read-only on the folder `target`; the caller unmounts it. Fails with
   * snapshots.layer-missing.
   */
  mountLayers(
    chain: readonly Digest[],
    target: string,
    options?: { readonly mapped?: boolean },
  ): Promise<void>;
  listContainers(): Promise<string[]>;
  /** Bytes of the writable part only. Does not block the event loop. */
  containerUsage(id: string): Promise<Usage>;
  /** What differs from the image, sorted by path, as `docker diff`. */
  changes(id: string): Promise<Change[]>;
  /**
   * Uncompressed layer tar of what differs from the image (image-spec layer.md): `.wh.` entries for what is gone,
   * opaque directories, hard links and xattrs kept. Applied on the image's layers it gives the container's file
   * system. Reproducible for the same tree. The caller reads or destroys it.
   */
  diff(id: string, options?: { readonly signal?: AbortSignal }): Promise<Readable>;
  /** Paths for inspect's GraphDriver.Data (LowerDir, MergedDir, UpperDir, WorkDir for overlay2; Dir for vfs). */
  describe(id: string): Promise<Readonly<Record<string, string>>>;
  describeLayer(chain: readonly Digest[]): Promise<Readonly<Record<string, string>>>;
}

/**
 * A snapshotter with the layer transfer that writes layers as it wants them. Disposing waits until layers
 * are on disk and removed files are gone, and ends the threads; mounts stay.
 */
export interface OpenedSnapshotter extends Snapshotter, AsyncDisposable {
  readonly transfer: LayerTransfer;
}
