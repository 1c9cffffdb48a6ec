import type { Readable } from 'node:stream';
import type { Descriptor, Digest } from '@berth/oci';

export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What a blob must turn out to be. */
export interface CommitExpectation {
  readonly digest?: Digest;
  /** Bytes. */
  readonly size?: number;
  /** `digest` was calculated by whoever wrote the file and is taken as it is; the size is checked. */
  readonly trusted?: boolean;
  /** Takes the place of a blob that is there, whose bytes are damaged. */
  readonly replace?: boolean;
}

/** A blob being written. Nothing is visible to readers before `commit`. */
export interface BlobWriter extends AsyncDisposable {
  /** Path of the temporary file: worker threads may append to it in place of `write`. */
  readonly path: string;
  /** Bytes taken in by `write` so far. */
  readonly written: number;
  /** Resolves when the bytes are handed to the kernel (back-pressure). */
  write(chunk: Uint8Array): Promise<void>;
  /** Several chunks in one go, in their order. */
  writeAll(chunks: readonly Uint8Array[]): Promise<void>;
  /**
   * Checks digest and size when expected and renames the file into place, without waiting for the disk; the writer
   * is closed whatever happens. A blob that exists already is left as it is: committing twice is no
   * error. Fails with content.digest-mismatch, content.size-mismatch or common.no-space.
   */
  commit(expected?: CommitExpectation): Promise<BlobInfo>;
}

/**
 * A writer whose bytes outlive it: what a download that was cut off has left is found again by the next
 * writer for the same digest, also after a restart.
 */
export interface ResumableWriter extends BlobWriter {
  /** Drops the bytes and closes the writer. Disposing without this or `commit` keeps them. Idempotent. */
  discard(): Promise<void>;
}

/**
 * Content-addressed blobs under `<root>` in OCI image layout (image-layout.md): `oci-layout`,
 * `index.json`, `blobs/<algorithm>/<encoded>`. Safe for concurrent use; consistent after kill -9
 * (temporary files of a dead daemon are removed on open, but for those of resumable writers). Blobs are brought to the
 * disk in the background; one that a power failure has spoilt is removed on open. Disposing waits for the disk.
 */
export interface ContentStore extends AsyncDisposable {
  readonly root: string;
  /**
   * Disposing the writer without commit aborts it. `hashing: false` leaves the digest to whoever
   * commits with `trusted`, or to a second pass over the file.
   */
  createWriter(options?: { readonly hashing?: boolean }): Promise<BlobWriter>;
  /**
   * A writer that goes on where the last one for `digest` stopped: `written` is what is there already,
   * unchecked. It does not hash. One at a time for each digest; the caller sees to that.
   */
  resumeWriter(digest: Digest): Promise<ResumableWriter>;
  /**
   * Removes what resumable writers left and nobody wrote to since `before` (milliseconds since the
   * epoch). The files of open writers stay. Resolves with the bytes that became free.
   */
  expirePartials(before: number): Promise<number>;
  /** Writes a small blob (manifest, config) in one go. */
  put(data: Uint8Array, expected?: Digest): Promise<BlobInfo>;
  /** Absolute path of a committed blob, for workers and streaming. Fails with content.not-found. */
  path(digest: Digest): Promise<string>;
  info(digest: Digest): Promise<BlobInfo | undefined>;
  has(digest: Digest): Promise<boolean>;
  /** `range` is [first, last] inclusive. Fails with content.not-found. */
  read(digest: Digest, range?: readonly [number, number]): Promise<Readable>;
  /** Reads the blob and gives the digest and size that its bytes have; undefined when it is not there. */
  verify(
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<{ readonly digest: Digest; readonly size: number } | undefined>;
  /** A whole small blob, digest verified; refuses more than `limit` bytes (default 4 MiB). */
  readAll(digest: Digest, limit?: number): Promise<Buffer>;
  /** Idempotent. */
  delete(digest: Digest): Promise<void>;
  list(): AsyncIterable<BlobInfo>;
  /** Rewrites index.json (atomically) so that other OCI tools see these images. */
  writeIndex(manifests: readonly Descriptor[]): Promise<void>;
}
