import type { Readable } from 'node:stream';
import type { Descriptor, Digest, Reference } from '@berth/oci';
import type { RegistryAuth } from './registry-auth.ts';

/**
 * Speaks with registries. One client serves the whole daemon: it holds connections, tokens and limits per
 * host. Configuration is read anew at every call, so a reload needs no new client. All calls are safe to
 * run at the same time. Failures are EngineErrors of area `registry`; an aborted signal rejects with its
 * reason. Nothing hangs: see `timeouts`.
 */
export interface RegistryClient extends AsyncDisposable {
  /** One repository as seen by one user. Pure; nothing is opened. Tag and digest of the reference are ignored. */
  repository(reference: Reference, options?: RepositoryOptions): RemoteRepository;
  /**
   * Checks a login at `auth.serverAddress` (Docker Hub when absent or empty). Fails with
   * registry.unauthorized when the registry refuses it.
   */
  login(auth: RegistryAuth, options?: CallOptions): Promise<LoginResult>;
  /** GET /v2/ without credentials: that a registry answers at `host`. Fails when none does. */
  ping(host: string, options?: CallOptions): Promise<PingResult>;
  /** All repositories of a registry in its own order, page by page (`/v2/_catalog`). */
  catalog(host: string, options?: AuthenticatedOptions): AsyncIterable<string>;
  /** Searches Docker Hub, or the registry that `term` starts with (`host:5000/word`). */
  search(term: string, options?: SearchOptions): Promise<readonly SearchResult[]>;
  /**
   * A file of any HTTP server, with the proxies, time limits and certificates that registries have. Fails with
   * registry.file-missing, file-denied or file-refused when the server says no.
   */
  openFile(url: URL, options?: CallOptions): Promise<RemoteFile>;
}

export interface RemoteFile {
  /** Has to be read to the end or destroyed. */
  readonly body: Readable;
  /** Bytes, when the server says it. */
  readonly size: number | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface AuthenticatedOptions extends CallOptions {
  readonly auth?: RegistryAuth;
}

export interface RepositoryOptions {
  /** Anonymous when absent. */
  readonly auth?: RegistryAuth;
  /** Which rights are asked of the token server. Default `pull`. `push` never uses mirrors. */
  readonly access?: 'pull' | 'push' | 'delete';
}

export interface LoginResult {
  /** What the user is told, normally `Login Succeeded`. */
  readonly status: string;
  /** To be kept instead of the password when the registry hands one out, else empty. */
  readonly identityToken: string;
}

export interface PingResult {
  /** The endpoint that answered, for example `https://localhost:5000`. */
  readonly endpoint: string;
}

export interface SearchOptions extends AuthenticatedOptions {
  /** Most results wanted, 1 to 100; default 25. */
  readonly limit?: number;
}

export interface SearchResult {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
  readonly automated: boolean;
}

/** A document or blob, and where it came from. */
export interface RemoteManifest {
  /** Media type as the registry declares it, digest and size of `bytes`. */
  readonly descriptor: Descriptor;
  /** Exactly what the registry sent; its digest is verified. */
  readonly bytes: Buffer;
  /** The host that served it, for example `mirror.example.com`. */
  readonly endpoint: string;
}

export interface RemoteBlob {
  /**
   * The bytes from the wanted offset to the end, never more and never fewer: a stream that ends was
   * complete in length. Interrupted transfers are resumed inside (by range, then at other endpoints) up to
   * `downloadAttempts` times before the stream fails. The DIGEST IS NOT CHECKED: the caller hashes what it
   * uses. Destroying the stream closes the connection.
   */
  readonly body: Readable;
  /** The host that serves it; after an interruption it may be another one. */
  readonly endpoint: () => string;
}

export interface OpenBlobOptions extends CallOptions {
  /** First byte wanted; default 0. A registry without ranges is read from the start and the rest dropped. */
  readonly offset?: number;
  /** Hosts (as in `endpoint`) to be asked last, because what they served was corrupt. */
  readonly avoid?: readonly string[];
  /** Called before each wait: for `Retrying in 3 seconds`. */
  readonly onRetry?: (retry: RetryNotice) => void;
}

export interface RetryNotice {
  /** 1 for the first repetition. */
  readonly attempt: number;
  readonly delayMilliseconds: number;
  readonly error: Error;
}

export interface UploadOptions extends CallOptions {
  /** Repositories on the same registry that hold the blob, tried in order for a mount. */
  readonly mountFrom?: readonly Reference[];
  /** Bytes that the registry has taken so far; may fall back after an interruption. */
  readonly onProgress?: (sentBytes: number) => void;
  readonly onRetry?: (retry: RetryNotice) => void;
}

/** What had to be done for a blob to be in the repository. */
export type UploadOutcome =
  | { readonly kind: 'exists' }
  | { readonly kind: 'mounted'; readonly from: Reference }
  | { readonly kind: 'uploaded' };

/** Opens the blob's bytes from an offset; called again for every attempt. The client destroys the stream. */
export type BlobSource = (offset: number) => Readable | Promise<Readable>;

export interface TagsOptions extends CallOptions {
  /** Asked-for page size; registries may send fewer. */
  readonly pageSize?: number;
}

/**
 * One repository. `reference` arguments are a tag or a digest. Reading calls try the mirrors of the
 * registry in order and then the registry itself; writing calls go to the registry itself.
 */
export interface RemoteRepository {
  readonly reference: Reference;
  /**
   * Media type, digest and size of a manifest without its bytes (HEAD, and GET where HEAD says too little).
   * Fails with registry.manifest-unknown, registry.access-denied, …
   */
  resolve(reference: string, options?: CallOptions): Promise<Descriptor>;
  /**
   * A manifest or index. Fails with registry.digest-mismatch when a wanted digest does not fit the bytes,
   * and registry.document-too-large above 4 MiB.
   */
  manifest(reference: string, options?: CallOptions): Promise<RemoteManifest>;
  /**
   * Opens a blob of `descriptor.size` bytes. Resolves when an endpoint serves it. Fails with
   * registry.blob-unknown. Descriptors with `urls` (foreign layers) are read from the registry only.
   */
  openBlob(descriptor: Descriptor, options?: OpenBlobOptions): Promise<RemoteBlob>;
  /** A whole small blob (a configuration), at most 8 MiB; length and digest are verified. */
  blob(descriptor: Descriptor, options?: CallOptions): Promise<Buffer>;
  /** True when the repository has the blob. */
  hasBlob(digest: Digest, options?: CallOptions): Promise<boolean>;
  /** Lets the registry link a blob from another repository; false when it would not. */
  mountBlob(digest: Digest, from: Reference, options?: CallOptions): Promise<boolean>;
  /**
   * Brings a blob into the repository: checks for it, tries to mount it, uploads it; an interrupted upload
   * goes on where the registry says that it stopped. The registry verifies the digest.
   */
  uploadBlob(
    descriptor: Descriptor,
    source: BlobSource,
    options?: UploadOptions,
  ): Promise<UploadOutcome>;
  /** Writes a manifest under a tag or its digest; the descriptor is what the registry now has. */
  putManifest(
    reference: string,
    mediaType: string,
    bytes: Buffer,
    options?: CallOptions,
  ): Promise<Descriptor>;
  /** Removes a tag or a manifest. Registries that forbid it answer registry.unsupported. */
  deleteManifest(reference: string, options?: CallOptions): Promise<void>;
  /** All tags, page by page, in the registry's order. */
  tags(options?: TagsOptions): AsyncIterable<string>;
  /** Manifests whose subject is `digest`: the referrers API, or the fallback tag where there is none. */
  referrers(
    digest: Digest,
    options?: CallOptions & { readonly artifactType?: string },
  ): Promise<readonly Descriptor[]>;
}
