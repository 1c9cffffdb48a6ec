import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError, engineError } from '@berth/errors';
import { algorithmOf, type Digest } from '@berth/oci';
import type { BlobInfo, CommitExpectation, ResumableWriter } from './content-store.ts';
import { digestOfFile } from './file-digest.ts';

export interface FileBlobWriterOptions {
  /** The open, empty temporary file. */
  readonly handle: FileHandle;
  readonly path: string;
  readonly blobPath: (digest: Digest) => string;
  /** Called before the blob gets its name. */
  readonly publishing: (digest: Digest) => Promise<void>;
  /** Whether `write` hashes as it goes. */
  readonly hashing: boolean;
  /** Bytes that are in the file; the file is kept when the writer is disposed. */
  readonly resumed?: { readonly bytes: number; readonly closed: () => void };
}

/** Writes one blob to a temporary file and renames it into place. */
export class FileBlobWriter implements ResumableWriter {
  readonly path: string;
  readonly #options: FileBlobWriterOptions;
  readonly #hash: Hash | undefined;
  #written: number;
  #failure: unknown;
  #state: 'open' | 'closed' = 'open';

  constructor(options: FileBlobWriterOptions) {
    this.path = options.path;
    this.#options = options;
    this.#written = options.resumed?.bytes ?? 0;
    this.#hash = options.hashing ? createHash('sha256') : undefined;
  }

  get written(): number {
    return this.#written;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.writeAll([chunk]);
  }

  async writeAll(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#state === 'closed') throw new Error('the blob writer is closed');
    if (this.#failure !== undefined) throw this.#failure;
    let position = this.#written;
    for (const chunk of chunks) {
      this.#hash?.update(chunk);
      this.#written += chunk.length;
    }
    try {
      for (let left = chunks; left.length > 0; ) {
        const { bytesWritten } = await this.#options.handle.writev(left, position);
        position += bytesWritten;
        left = behind(left, bytesWritten);
      }
    } catch (error) {
      this.#failure = diskError(error, 'writing content', this.path);
      throw this.#failure;
    }
  }

  async commit(expected: CommitExpectation = {}): Promise<BlobInfo> {
    if (this.#state === 'closed') throw new Error('the blob writer is closed');
    if (this.#failure !== undefined) throw this.#failure;
    // Whatever comes of it, the bytes have served: right ones are a blob, wrong ones are of no use.
    try {
      const { digest, size } = await this.#identify(expected);
      check(expected, digest, size);
      const path = this.#options.blobPath(digest);
      const existing = await stat(path).catch(() => undefined);
      if (existing?.size === size && expected.replace !== true) {
        return { digest, size, createdAt: existing.mtimeMs };
      }
      await this.#publish(path, digest);
      return { digest, size, createdAt: (await stat(path)).mtimeMs };
    } catch (error) {
      throw diskError(error, 'storing content', this.path);
    } finally {
      await this.discard();
    }
  }

  async discard(): Promise<void> {
    await this.#close(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close(this.#options.resumed !== undefined && this.#written > 0);
  }

  async #close(keep: boolean): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    try {
      await this.#options.handle.close();
      if (!keep) await rm(this.path, { force: true });
    } finally {
      this.#options.resumed?.closed();
    }
  }

  async #identify(expected: CommitExpectation): Promise<{ digest: Digest; size: number }> {
    const { size } = await this.#options.handle.stat();
    if (expected.trusted === true && expected.digest !== undefined) {
      return { digest: expected.digest, size };
    }
    const algorithm = expected.digest === undefined ? 'sha256' : algorithmOf(expected.digest);
    if (this.#hash !== undefined && algorithm === 'sha256' && size === this.#written) {
      return { digest: `sha256:${this.#hash.copy().digest('hex')}`, size };
    }
    return await digestOfFile(this.path, algorithm);
  }

  async #publish(path: string, digest: Digest): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await this.#options.publishing(digest);
    await rename(this.path, path);
  }
}

/** What of the chunks comes after so many bytes. */
function behind(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skipped = bytes;
  let whole = 0;
  while (whole < chunks.length && skipped >= chunks[whole]!.length) {
    skipped -= chunks[whole]!.length;
    whole += 1;
  }
  const [first, ...rest] = chunks.slice(whole);
  return first === undefined ? [] : [first.subarray(skipped), ...rest];
}

function check(expected: CommitExpectation, digest: Digest, size: number): void {
  if (expected.digest !== undefined && expected.digest !== digest) {
    throw engineError('content.digest-mismatch', { expected: expected.digest, actual: digest });
  }
  if (expected.size !== undefined && expected.size !== size) {
    throw engineError('content.size-mismatch', { digest, expected: expected.size, actual: size });
  }
}
