import type { Readable } from 'node:stream';
import type { IdMappings } from '@berth/kernel';
import type { Digest } from '@berth/oci';
import type { Usage } from './snapshotter.ts';

export type LayerCompression = 'none' | 'gzip' | 'zstd';
/** Compressions of archives that users bring, which no layer has; the system's programs undo them. */
export type ProgramCompression = 'xz' | 'bzip2';

/** A file that is still being written by this process. */
export interface GrowingFile {
  readonly path: string;
  /**
   * `listener` is called at once and then whenever the file has grown, with the bytes that are there,
   * and with `ended` when no more will come. Calls after the unpacking are harmless.
   */
  onGrowth(listener: (length: number, ended: boolean) => void): void;
}

/** How an archive goes into a tree that somebody else may be changing meanwhile. */
export interface UnpackPlace {
  /** Existing directory, resolved with the target directory as `/`: no link leads out of it. */
  readonly path: string;
  /** `same-kind`: a directory never replaces something else, and nothing else a directory. */
  readonly overwrite: 'anything' | 'same-kind';
  /** Given to everything instead of what the archive says. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** The archive's owners are those that a user namespace with these maps sees. */
  readonly mappings?: IdMappings;
}

/** What to pack from a tree that somebody else may be changing meanwhile. */
export interface PackPlace {
  /** Resolved with the packed directory as `/`. A final symbolic link is packed as such. */
  readonly path: string;
  /** What it is called in the archive: `etc`, `.`, or `/` to begin all names with a slash. */
  readonly name: string;
}

/** A file as it was when it was looked at. */
export interface FileDescription {
  /** st_mode of stat(2). */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
  /** Where a symbolic link leads to in the end, inside the tree; empty for anything else. */
  readonly linkTarget: string;
}

export interface UnpackOptions {
  /**
   * Path of the (compressed) tar, or a stream of it, which is destroyed in every case and may also be compressed
   * with xz or bzip2 (the result then tells of the bytes without that). A growing file
   * unpacks while it comes and costs far less than a stream, whose bytes change threads.
   */
  readonly source: string | Readable | GrowingFile;
  /** Absent: detected from the first bytes. */
  readonly compression?: LayerCompression;
  /** Byte range of `source` (a member of an outer archive): [offset, length]. */
  readonly range?: readonly [number, number];
  /** Where to unpack; absent: hash only. */
  readonly directory?: string;
  /** Where in `directory`; then the archive's own `.` entry is passed over. Not with `whiteouts`. */
  readonly place?: UnpackPlace;
  /** What `.wh.` names of a layer do. Absent: they are ordinary names (`cp`, `ADD`). */
  readonly whiteouts?: 'overlay' | 'apply';
  /** When given, the compressed bytes are also appended here (a BlobWriter's path), in the same pass. */
  readonly copyTo?: string;
  readonly signal?: AbortSignal;
  /** Called with the count of compressed bytes taken in so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface UnpackResult {
  /** Digest and size of the bytes as they came. */
  readonly digest: Digest;
  readonly size: number;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
  readonly compression: LayerCompression;
  readonly usage: Usage;
  /** What was left out, such as device nodes where mknod is forbidden; absent when nothing was. */
  readonly warnings?: readonly string[];
}

/** A tree that another one was made from. */
export interface PackBase {
  /** Absent: the empty tree. */
  readonly directory?: string;
  /** Paths that count as there before, although only the later tree has them. */
  readonly given: readonly string[];
}

export interface PackOptions {
  /** Directory tree to pack. */
  readonly directory: string;
  /** `overlay`: translate overlay whiteouts into `.wh.` entries; `none`: a plain tree (export). */
  readonly whiteouts: 'overlay' | 'none';
  /** A part of the tree only. Kernel file systems (proc, sysfs, cgroup …) on the way are left out. */
  readonly place?: PackPlace;
  /** Pack only what differs from this tree, with `.wh.` entries for what is gone. */
  readonly base?: PackBase;
  /**
   * A directory with the attributes that the root has if the archive does not tell. Absent: mode 0755,
   * root's. The root is an entry only where it differs.
   */
  readonly rootLike?: string;
  /** Owners are written as a user namespace with these maps sees them. */
  readonly mappings?: IdMappings;
  readonly signal?: AbortSignal;
}

/**
 * Moves layer tars in and out of directories in worker threads, with constant memory, hashing both
 * ways in one pass. Entries are hostile: no path, link, device or xattr may reach outside `directory`;
 * violations fail with snapshots.unsafe-entry naming the entry. Hard links, devices (skipped with
 * a recorded warning where mknod is forbidden), fifos, xattrs (PAX SCHILY.xattr), sparse files (GNU
 * and PAX), long names (GNU, PAX), times, owners and modes are kept.
 */
export interface LayerTransfer extends AsyncDisposable {
  unpack(options: UnpackOptions): Promise<UnpackResult>;
  /** The plain bytes of `source`. Fails with snapshots.decoder-missing or snapshots.invalid-archive. */
  decompress(
    compression: ProgramCompression,
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Buffer>;
  /** An uncompressed tar stream; reproducible for the same tree (sorted by path). */
  pack(options: PackOptions): Readable;
  /**
   * What stands at `path`, resolved with `directory` as `/`; undefined when nothing does, or a file of the
   * kernel's own (proc, sysfs …). A final symbolic link is not followed.
   */
  describe(directory: string, path: string): Promise<FileDescription | undefined>;
  /** The path below `directory` without any symbolic link; undefined when there is nothing at it. */
  resolve(directory: string, path: string): Promise<string | undefined>;
}
