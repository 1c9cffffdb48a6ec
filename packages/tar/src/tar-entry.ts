import type { ByteString } from './byte-string.ts';
import type { Extent } from './sparse-map.ts';

export type TarEntryType =
  | 'file'
  | 'hard-link'
  | 'symlink'
  | 'char'
  | 'block'
  | 'directory'
  | 'fifo';

/** Seconds since the epoch, rounded down, and the nanoseconds above them. */
export type Timestamp = readonly [seconds: number, nanoseconds: number];

/** One member of a tar archive with all its extension headers applied. Nothing in it is trusted. */
export interface TarEntry {
  readonly type: TarEntryType;
  readonly name: ByteString;
  /** Target of a hard or symbolic link. */
  readonly linkName: ByteString;
  /** Permission, set-id and sticky bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Length of the file as it will be read; for a sparse file more than what the archive stores. */
  readonly size: number;
  readonly mtime: Timestamp;
  readonly atime: Timestamp | undefined;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Buffer>;
  /** Where the stored bytes belong in a sparse file. */
  readonly extents: readonly Extent[] | undefined;
}

export const noXattrs: ReadonlyMap<string, Buffer> = new Map();
