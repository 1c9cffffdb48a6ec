import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { type Descriptor, type Digest, parseDigest, type Reference, sha256Of } from '@berth/oci';
import type {
  OpenBlobOptions,
  RegistryClient,
  RemoteBlob,
  RemoteRepository,
} from '@berth/registry-client';

/** What a blob request gets instead of the blob's bytes. */
export type BlobAnswer = (
  bytes: Buffer,
  descriptor: Descriptor,
  options: OpenBlobOptions,
) => Readable | Promise<Readable>;

interface Repository {
  readonly tags: Map<string, Digest>;
  readonly manifests: Map<Digest, { readonly mediaType: string; readonly bytes: Buffer }>;
  readonly blobs: Map<Digest, Buffer>;
}

/** A registry in memory that serves and takes what it is told to; for what a real one never does. */
export class MemoryRegistry {
  readonly #repositories = new Map<string, Repository>();
  /** Every blob request: digest and first byte. */
  readonly opened: { readonly digest: Digest; readonly offset: number }[] = [];
  /** Every upload and mount that was asked for. */
  readonly uploads: string[] = [];
  answer: BlobAnswer = (bytes, _descriptor, { offset = 0 }) => piecewise(bytes.subarray(offset));

  /** The part of the client that pulls and pushes use. */
  get client(): RegistryClient {
    const repository = (reference: Reference) => this.#remote(reference);
    return { repository } as unknown as RegistryClient;
  }

  repository(path: string): Repository {
    const known = this.#repositories.get(path);
    if (known !== undefined) return known;
    const made: Repository = { tags: new Map(), manifests: new Map(), blobs: new Map() };
    this.#repositories.set(path, made);
    return made;
  }

  putBlob(path: string, bytes: Buffer): { readonly digest: Digest; readonly size: number } {
    const digest = sha256Of(bytes);
    this.repository(path).blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  putManifest(path: string, document: object, tag?: string): Descriptor {
    const bytes = Buffer.from(JSON.stringify(document));
    const { mediaType } = document as { mediaType: string };
    const digest = sha256Of(bytes);
    const { manifests, tags } = this.repository(path);
    manifests.set(digest, { mediaType, bytes });
    if (tag !== undefined) tags.set(tag, digest);
    return { mediaType, digest, size: bytes.length };
  }

  #remote(reference: Reference): RemoteRepository {
    const repository = this.repository(reference.path);
    const find = (name: string) => {
      const digest = parseDigest(name) ?? repository.tags.get(name);
      const found = digest === undefined ? undefined : repository.manifests.get(digest);
      if (digest === undefined || found === undefined) {
        throw engineError('images.tag-missing', { image: name });
      }
      const { mediaType, bytes } = found;
      return { descriptor: { mediaType, digest, size: bytes.length }, bytes, endpoint: 'memory' };
    };
    const remote: Partial<RemoteRepository> = {
      reference,
      resolve: async (name) => find(name).descriptor,
      manifest: async (name) => find(name),
      blob: async ({ digest }) => repository.blobs.get(digest)!,
      hasBlob: async (digest) => repository.blobs.has(digest),
      openBlob: (descriptor, options = {}) => this.#open(repository, descriptor, options),
      uploadBlob: (blob, source, options) =>
        this.#upload(repository, blob, source, options?.mountFrom ?? []),
      putManifest: async (name, mediaType, bytes) => {
        const digest = sha256Of(bytes);
        repository.manifests.set(digest, { mediaType, bytes });
        if (parseDigest(name) === undefined) repository.tags.set(name, digest);
        return { mediaType, digest, size: bytes.length };
      },
      tags: async function* () {
        yield* repository.tags.keys();
      },
    };
    return remote as RemoteRepository;
  }

  async #open(
    repository: Repository,
    descriptor: Descriptor,
    options: OpenBlobOptions,
  ): Promise<RemoteBlob> {
    const { digest } = descriptor;
    this.opened.push({ digest, offset: options.offset ?? 0 });
    const bytes = repository.blobs.get(digest);
    if (bytes === undefined) throw engineError('content.not-found', { digest });
    const body = await this.answer(bytes, descriptor, options);
    const { signal } = options;
    const stop = () => body.destroy(signal?.reason as Error);
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    return { body, endpoint: () => 'memory' };
  }

  async #upload(
    repository: Repository,
    { digest }: Descriptor,
    source: Parameters<RemoteRepository['uploadBlob']>[1],
    mountFrom: readonly Reference[],
  ): ReturnType<RemoteRepository['uploadBlob']> {
    if (repository.blobs.has(digest)) return { kind: 'exists' };
    for (const from of mountFrom) {
      const bytes = this.repository(from.path).blobs.get(digest);
      if (bytes === undefined) continue;
      repository.blobs.set(digest, bytes);
      this.uploads.push(`mount ${digest}`);
      return { kind: 'mounted', from };
    }
    const bytes = Buffer.concat(await (await source(0)).toArray());
    if (sha256Of(bytes) !== digest) throw engineError('content.not-found', { digest });
    repository.blobs.set(digest, bytes);
    this.uploads.push(`upload ${digest}`);
    return { kind: 'uploaded' };
  }
}

/** A stream of small pieces, so that a reader sees it come. */
export function piecewise(bytes: Buffer, size = 4096): Readable {
  return Readable.from(
    (function* () {
      for (let start = 0; start < bytes.length; start += size) {
        // The reader owns what it reads.
        yield Buffer.from(bytes.subarray(start, start + size));
      }
    })(),
  );
}
