import type { Readable } from 'node:stream';
import type { Digest } from '@berth/oci';
import type { Usage } from './snapshotter.ts';

export type LayerCompression = 'none' | 'gzip' | 'zstd';

/** A file that is still being written by this process. */
export interface GrowingFile {
  readonly path: string;
  /**
   * `listener` is called at once and then whenever the file has grown, with the bytes that are there,
   * and with `ended` when no more will come. Calls after the unpacking are harmless.
   */
  onGrowth(listener: (length: number, ended: boolean) => void): void;
}

export interface UnpackOptions {
  /**
   * Path of the (compressed) tar, or a stream of it, which is destroyed in every case. A growing file
   * unpacks while it comes and costs far less than a stream, whose bytes change threads.
   */
  readonly source: string | Readable | GrowingFile;
  /** Absent: detected from the first bytes. */
  readonly compression?: LayerCompression;
  /** Byte range of `source` (a member of an outer archive): [offset, length]. */
  readonly range?: readonly [number, number];
  /** Where to unpack; absent: hash only. */
  readonly directory?: string;
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

export interface PackOptions {
  /** Directory tree to pack. */
  readonly directory: string;
  /** `overlay`: translate overlay whiteouts into `.wh.` entries; `none`: a plain tree (export). */
  readonly whiteouts: 'overlay' | 'none';
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
  /** An uncompressed tar stream; reproducible for the same tree (sorted by path). */
  pack(options: PackOptions): Readable;
}
