import type { IdMappings } from './namespaces.ts';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface MountEntry {
  readonly id: number;
  readonly parentId: number;
  readonly root: string;
  readonly mountPoint: string;
  readonly options: string;
  /** For example `shared:12`, `master:3`, `propagate_from:2`, `unbindable`. */
  readonly propagation: readonly string[];
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: string;
}

export interface MountOptions {
  readonly source: string;
  readonly target: string;
  /** Empty for bind, move and propagation changes. */
  readonly fsType?: string;
  /** Names of mount(2) flags. */
  readonly flags?: readonly MountFlag[];
  readonly data?: string;
}

export type MountFlag =
  | 'ro'
  | 'nosuid'
  | 'nodev'
  | 'noexec'
  | 'remount'
  | 'noatime'
  | 'bind'
  | 'rec'
  | 'private'
  | 'rprivate'
  | 'slave'
  | 'rslave'
  | 'shared'
  | 'rshared'
  | 'unbindable'
  | 'runbindable'
  | 'sync'
  | 'nodiratime'
  | 'relatime'
  | 'strictatime';

export interface OverlayMountOptions {
  /** Lower directories, topmost first; up to 127 and of any length. Works with kernels that lack fsconfig `lowerdir+`. */
  readonly lower: readonly string[];
  /** Absent for a read-only mount. */
  readonly upper?: string;
  readonly work?: string;
  readonly target: string;
  /** Extra overlay options such as `volatile`, `userxattr`, `index=off`. */
  readonly options?: readonly string[];
}

/** A tree shown with other owners: what `inside` IDs own on disk belongs to the `outside` ones in the mount. */
export interface MappedTreeOptions {
  readonly source: string;
  readonly target: string;
  readonly mappings: IdMappings;
}

/** mount(2) and friends. Synchronous: each takes well under 2 ms. Failures are KernelError. */
export interface Mounts {
  mount(options: MountOptions): void;
  /** As mount, off the main thread: a file system of the network may take minutes to answer. */
  mountAsync(options: MountOptions): Promise<void>;
  mountOverlay(options: OverlayMountOptions): void;
  /** As mountOverlay, off the main thread where that is possible. */
  mountOverlayAsync(options: OverlayMountOptions): Promise<void>;
  /**
   * Mounts `source` without what is mounted below it on `target`, private, with mapped owners (mount_setattr(2)
   * MOUNT_ATTR_IDMAP). Nothing on disk changes. Overlays made of folders in it keep the mapping when it is unmounted.
   * ENOSYS or EINVAL where the kernel (before 5.12) or the file system cannot.
   */
  mountMapped(options: MappedTreeOptions): void;
  /** Not an error when nothing is mounted there (idempotent). `detach` is MNT_DETACH. */
  unmount(target: string, options?: { readonly detach?: boolean }): void;
  /** As unmount, off the main thread: freeing an overlay takes milliseconds. */
  unmountAsync(target: string, options?: { readonly detach?: boolean }): Promise<void>;
  /** The mounts of this mount namespace whose mount point lies at or under `prefix`. */
  list(prefix?: string): MountEntry[];
}
