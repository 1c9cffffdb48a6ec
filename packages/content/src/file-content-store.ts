import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  type FileHandle,
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { diskError, engineError, errnoOf } from '@berth/errors';
import {
  algorithmOf,
  type Descriptor,
  type Digest,
  encodedOf,
  mediaTypes,
  parseDigest,
} from '@berth/oci';
import type { BlobInfo, BlobWriter, ContentStore, ResumableWriter } from './content-store.ts';
import { FileBlobWriter } from './file-blob-writer.ts';
import { digestOfFile } from './file-digest.ts';
import { PartialFiles } from './partial-files.ts';
import { type Durability, UnsyncedBlobs } from './unsynced-blobs.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const layoutVersion = '1.0.0';
const algorithms = ['sha256', 'sha512'] as const;
const defaultReadLimit = 4 << 20;
/** Folder for blobs being written; not part of the layout, hence of no meaning to other tools. */
const ingestFolder = 'ingest';
/** Folder for blobs that came in part, likewise. */
const partialFolder = 'partial';

/**
 * Opens the store at `root`, making it when it is not there. Removes what a killed daemon was writing:
 * only one process may have a store open. Fails with content.layout-unsupported.
 */
export async function openContentStore(
  root: string,
  durability: Durability,
): Promise<ContentStore> {
  const ingest = join(root, ingestFolder);
  await mkdir(root, { recursive: true, mode: 0o700 });
  // Images are nobody's business but the owner's; stores of earlier versions were open to all.
  await chmod(root, 0o700);
  await mkdir(join(root, 'blobs', 'sha256'), { recursive: true, mode: 0o755 });
  await mkdir(ingest, { recursive: true, mode: 0o700 });
  for (const name of await readdir(ingest)) await rm(join(ingest, name), { recursive: true });
  const partials = await PartialFiles.open(join(root, partialFolder));
  const blobPath = (digest: Digest) => blobPathIn(root, digest);
  const unsynced = await UnsyncedBlobs.open({ root, durability, blobPath });
  const store = new FileContentStore({ root, ingest, unsynced, partials });
  await checkLayout(root, ingest);
  if ((await stat(join(root, 'index.json')).catch(() => undefined)) === undefined) {
    await store.writeIndex([]);
  }
  return store;
}

async function checkLayout(root: string, ingest: string): Promise<void> {
  const path = join(root, 'oci-layout');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined || text === '') {
    const data = JSON.stringify({ imageLayoutVersion: layoutVersion });
    await writeFileAtomically({ path, data, temporaryDirectory: ingest });
    return;
  }
  let version: unknown;
  try {
    version = (JSON.parse(text) as { imageLayoutVersion?: unknown }).imageLayoutVersion;
  } catch (error) {
    const reason = (error as Error).message;
    throw engineError('content.layout-unsupported', { path, reason }, { cause: error });
  }
  if (version !== layoutVersion) {
    const reason = `imageLayoutVersion is ${JSON.stringify(version) ?? 'missing'}`;
    throw engineError('content.layout-unsupported', { path, reason });
  }
}

class FileContentStore implements ContentStore {
  readonly root: string;
  readonly #ingest: string;
  readonly #unsynced: UnsyncedBlobs;
  readonly #partials: PartialFiles;
  #indexWrites: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly root: string;
    readonly ingest: string;
    readonly unsynced: UnsyncedBlobs;
    readonly partials: PartialFiles;
  }) {
    this.root = parts.root;
    this.#ingest = parts.ingest;
    this.#unsynced = parts.unsynced;
    this.#partials = parts.partials;
  }

  async createWriter(options: { readonly hashing?: boolean } = {}): Promise<BlobWriter> {
    const path = join(this.#ingest, randomUUID());
    try {
      const handle = await open(path, 'wx', 0o644);
      return new FileBlobWriter({
        handle,
        path,
        blobPath: (digest) => this.#pathOf(digest),
        publishing: (digest) => this.#unsynced.add(digest),
        hashing: options.hashing !== false,
      });
    } catch (error) {
      throw diskError(error, 'writing content', path);
    }
  }

  async resumeWriter(digest: Digest): Promise<ResumableWriter> {
    const { handle, path, bytes, closed } = await this.#partials.take(digest);
    return new FileBlobWriter({
      handle,
      path,
      blobPath: (name) => this.#pathOf(name),
      publishing: (name) => this.#unsynced.add(name),
      hashing: false,
      resumed: { bytes, closed },
    });
  }

  expirePartials(before: number): Promise<number> {
    return this.#partials.expire(before);
  }

  async put(data: Uint8Array, expected?: Digest): Promise<BlobInfo> {
    await using writer = await this.createWriter();
    await writer.write(data);
    return await writer.commit(expected === undefined ? {} : { digest: expected });
  }

  async path(digest: Digest): Promise<string> {
    if (!(await this.has(digest))) throw engineError('content.not-found', { digest });
    return this.#pathOf(digest);
  }

  async info(digest: Digest): Promise<BlobInfo | undefined> {
    try {
      const { size, mtimeMs } = await stat(this.#pathOf(digest));
      return { digest, size, createdAt: mtimeMs };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.info(digest)) !== undefined;
  }

  async read(digest: Digest, range?: readonly [number, number]): Promise<Readable> {
    const handle = await this.#open(digest);
    if (range === undefined) return handle.createReadStream({ highWaterMark: 256 << 10 });
    const [first, last] = range;
    const { size } = await handle.stat();
    if (first < 0 || last < first || last >= size) {
      await handle.close();
      throw engineError('content.invalid-range', { first, last, digest, size });
    }
    return handle.createReadStream({ start: first, end: last, highWaterMark: 256 << 10 });
  }

  async verify(digest: Digest, signal?: AbortSignal) {
    try {
      return await digestOfFile(this.#pathOf(digest), algorithmOf(digest), signal);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async readAll(digest: Digest, limit = defaultReadLimit): Promise<Buffer> {
    const handle = await this.#open(digest);
    let data: Buffer;
    try {
      const { size } = await handle.stat();
      if (size > limit) throw engineError('content.too-large', { digest, size, limit });
      data = await handle.readFile();
    } finally {
      await handle.close();
    }
    const algorithm = algorithmOf(digest);
    const actual = `${algorithm}:${createHash(algorithm).update(data).digest('hex')}`;
    if (actual !== digest) {
      throw engineError('content.corrupt', { digest, actual, path: this.#pathOf(digest) });
    }
    return data;
  }

  async delete(digest: Digest): Promise<void> {
    await rm(this.#pathOf(digest), { force: true });
  }

  async *list(): AsyncIterable<BlobInfo> {
    for (const algorithm of algorithms) {
      const directory = await opendir(join(this.root, 'blobs', algorithm)).catch(() => undefined);
      if (directory === undefined) continue;
      for await (const entry of directory) {
        const digest = parseDigest(`${algorithm}:${entry.name}`);
        const info = digest === undefined ? undefined : await this.info(digest);
        if (info !== undefined) yield info;
      }
    }
  }

  async writeIndex(manifests: readonly Descriptor[]): Promise<void> {
    const data = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
    const write = this.#indexWrites.then(() =>
      writeFileAtomically({
        path: join(this.root, 'index.json'),
        data,
        temporaryDirectory: this.#ingest,
      }),
    );
    this.#indexWrites = write.catch(() => undefined);
    await write;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#unsynced.flush();
  }

  async #open(digest: Digest): Promise<FileHandle> {
    try {
      return await open(this.#pathOf(digest), 'r');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw engineError('content.not-found', { digest });
      throw error;
    }
  }

  #pathOf(digest: Digest): string {
    return blobPathIn(this.root, digest);
  }
}

function blobPathIn(root: string, digest: Digest): string {
  return join(root, 'blobs', algorithmOf(digest), encodedOf(digest));
}
