/** A path; as bytes when it may hold names that are not valid UTF-8. */
export type FilePath = string | Buffer;

export interface NewFileOptions {
  /** Permission bits, less the umask. */
  readonly mode: number;
  /** Absent: the daemon's own. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * System calls on files that node:fs lacks. Synchronous, usable from worker threads.
 * Paths are not followed through a final symbolic link unless said so.
 */
export interface Files {
  /** mknod(2). `type` chooses S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK. */
  mknod(
    path: FilePath,
    type: 'char' | 'block' | 'fifo' | 'socket',
    mode: number,
    major: number,
    minor: number,
  ): void;
  listXattrs(path: FilePath): string[];
  getXattr(path: FilePath, name: string): Buffer | undefined;
  setXattr(path: FilePath, name: string, value: Buffer): void;
  removeXattr(path: FilePath, name: string): void;
  /** utimensat(2) with AT_SYMLINK_NOFOLLOW; seconds and nanoseconds. */
  setTimes(
    path: FilePath,
    atime: readonly [number, number],
    mtime: readonly [number, number],
  ): void;
  /** Data extents of an open file by SEEK_DATA/SEEK_HOLE: `[offset, length]` pairs. */
  dataExtents(fd: number, size: number): [number, number][];
  /** openat2(2) with RESOLVE_IN_ROOT: `path` is resolved as if `root` were `/`. Returns a descriptor. */
  openInRoot(root: string, path: FilePath, flags: number, mode?: number): number;
  /** openat(2): `path` is taken relative to the open directory. Returns a descriptor. */
  openAt(directory: number, path: FilePath, flags: number, mode?: number): number;
  /** The real path (under `root`) that `path` means inside `root`; the last component may be missing. */
  resolveInRoot(root: string, path: string): string;
  /** renameat2(2) with RENAME_EXCHANGE. */
  exchange(a: string, b: string): void;
  /**
   * Makes or replaces a small file as a whole, in one piece of work off the main thread: written as `PATH.new`, which must
   * not be a link, then renamed. Nothing is synced. Fails without a trace but for a file that was there before.
   */
  replaceFile(path: string, content: string, options: NewFileOptions): Promise<void>;
  /** copy_file_range(2) or sendfile fallback over the whole file. */
  copyFile(from: FilePath, to: FilePath): void;
  /** ioctl(FICLONE); false when the file system cannot. */
  cloneFile(from: FilePath, to: FilePath): boolean;
  /**
   * Makes a subvolume of btrfs at `path`, empty or a writable snapshot of the subvolume `source`. Waits for
   * the disk: for worker threads. Fails with ENOTTY or EINVAL on other file systems.
   */
  createSubvolume(path: string, source?: string): void;
  /** Removes the subvolume at `path` with everything in it and its quota group; fails when it holds others, or is none. */
  removeSubvolume(path: string): void;
  /**
   * Limits all that the subvolume at `path` holds, also what it shares with others, to `bytes`; more fails
   * with EDQUOT. The first limit turns the quotas of the file system on, which counts in the background.
   */
  limitSubvolume(path: string, bytes: number): void;
  /** Takes the limit of a subvolume away; fails with ENOTCONN where there are no quotas. */
  unlimitSubvolume(path: string): void;
  /** syncfs(2) of the file system that holds `path`. Runs off the main thread. */
  syncFileSystem(path: string): Promise<void>;
  /** File-system type name (`ext4`, `overlayfs`, `tmpfs`, `btrfs`, `xfs` …) and capacity in bytes. */
  statFileSystem(path: string): {
    readonly type: string;
    readonly totalBytes: number;
    readonly freeBytes: number;
  };
  /** Sets the process-wide umask (throws in worker threads: main thread only). */
  setUmask(mask: number): number;
  /** flock(2) LOCK_EX|LOCK_NB; false when somebody else holds it. */
  tryLock(fd: number): boolean;
}
