import type { Readable } from 'node:stream';
import type {
  ImageDeleteResponseItem,
  ImageHistoryResponseItem,
  ImageInspect,
  ImageSummary,
} from '@berth/engine-api';
import type { Descriptor, Digest, ImageConfig, ImageRunConfig, Platform } from '@berth/oci';
import type { RegistryAuth } from '@berth/registry-client';
import type { ImageNeeds } from './image-needs.ts';

/** Parsed API filters: key → values. Negated keys such as `label!` are keys of their own. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** An image chosen for a container: everything that create and start need. */
export interface ResolvedImage {
  /** Digest of the target (index or manifest): the image ID. */
  readonly id: Digest;
  /** What the user typed, as it goes into the container's `Config.Image`. */
  readonly name: string;
  readonly manifest: Descriptor;
  readonly platform: Platform;
  readonly config: ImageConfig;
  /** Chain IDs bottom first; every one is unpacked. */
  readonly chain: readonly Digest[];
}

/** One message of a progress stream, as the docker CLI renders it (jsonmessage). */
export interface ProgressMessage {
  readonly status?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: unknown;
}
export type ProgressSink = (message: ProgressMessage) => void;

export interface ImportRequest {
  /** Tar of a root file system, plain or compressed with gzip, zstd, xz or bzip2; or where to get it by HTTP. */
  readonly source: Readable | URL;
  /** `name[:tag]`; absent for an untagged image. */
  readonly reference?: string;
  readonly message?: string;
  /** Dockerfile-style instructions of `--change`. */
  readonly changes?: readonly string[];
  readonly platform?: string;
  readonly signal?: AbortSignal;
}

export interface CommitRequest {
  /** Uncompressed layer tar on top of the base; destroyed in every case. */
  readonly diff: Readable;
  /** Manifest of the image below, and what to call it in errors. */
  readonly base: Descriptor;
  readonly baseName: string;
  /** Configuration of the new image, complete. */
  readonly config: ImageRunConfig;
  /** `created_by` of the history entry. */
  readonly createdBy: string;
  /** Absent or empty: the base's author. */
  readonly author?: string;
  readonly comment?: string;
  /** `name[:tag]`; absent for an untagged image. */
  readonly reference?: string;
  readonly signal?: AbortSignal;
}

export interface PullRequest {
  /** As the user typed it; without tag and digest all tags of the repository. */
  readonly reference: string;
  /** Tag or digest; wins against that of the reference. */
  readonly tag?: string;
  /** `os/arch[/variant]`; absent: the best for this host. */
  readonly platform?: string;
  readonly auth?: RegistryAuth;
  /** Ends the pull; what came is kept for the next one. */
  readonly signal?: AbortSignal;
}

export interface PushRequest {
  /** Names the repository; a tag in it says nothing. */
  readonly reference: string;
  /** Absent: all tags of the repository. */
  readonly tag?: string;
  /** Pushes the manifest of this platform instead of the index. */
  readonly platform?: Platform;
  readonly auth?: RegistryAuth;
  readonly signal?: AbortSignal;
}

export interface CheckRequest {
  /** Mend what can be mended: fetch blobs again and unpack layers again. */
  readonly repair: boolean;
  /** Logins by server address, for fetching. */
  readonly logins?: Readonly<Record<string, RegistryAuth>>;
  readonly signal?: AbortSignal;
}

/** Something that images need and that is not as it should be. */
export interface StoreProblem {
  readonly kind: 'blob' | 'layer';
  /** Digest of the blob, or the layer's chain ID. */
  readonly digest: Digest;
  readonly state: 'missing' | 'corrupt';
  readonly detail: string;
  /** Names of the images concerned, or IDs of those without. */
  readonly images: readonly string[];
  readonly repaired: boolean;
  /** Why it was not repaired, when that was asked for. */
  readonly reason?: string;
}

export interface StoreReport {
  /** How many were looked at. */
  readonly images: number;
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
  readonly layers: number;
  readonly problems: readonly StoreProblem[];
}

/** Whoever uses images (containers); passed in, since containers stand above images. */
export interface ImageUsers {
  /** Containers whose image ID is `id`. */
  usersOf(id: Digest): readonly { readonly containerId: string; readonly running: boolean }[];
  /** Chain IDs that some container's snapshot stands on: never collected. */
  chainsInUse(): ReadonlySet<Digest>;
}

/**
 * Local images. Names are normalised as Docker does; an image is found by name, tag, digest, ID or
 * unambiguous short ID. Every change publishes its event (pull, import, create, load, save, tag, untag, delete).
 */
export interface ImageService {
  /** Ends interrupted work of a killed daemon and drops unreferenced blobs and layers. */
  reconcile(): Promise<void>;
  setUsers(users: ImageUsers): void;

  list(options: {
    readonly filters?: Filters;
    readonly all?: boolean;
    readonly sharedSize?: boolean;
    readonly digests?: boolean;
    readonly manifests?: boolean;
  }): Promise<ImageSummary[]>;
  inspect(
    name: string,
    options?: { readonly platform?: Platform; readonly manifests?: boolean },
  ): Promise<ImageInspect>;
  history(name: string, platform?: Platform): Promise<ImageHistoryResponseItem[]>;
  /**
   * Chooses the wanted platform, else the best for this host, and unpacks what is not unpacked. Fails
   * with images.not-found (`No such image: …`), images.platform-mismatch or images.platform-missing.
   */
  resolve(name: string, platform?: Platform): Promise<ResolvedImage>;
  tag(source: string, target: string): Promise<void>;
  /**
   * Removes a name, or with the last one the image; with `platforms` the content of those only.
   * `noPrune` changes nothing: images have no parents here. Fails with images.not-found or images.conflict.
   */
  remove(
    name: string,
    options?: {
      readonly force?: boolean;
      readonly noPrune?: boolean;
      readonly platforms?: readonly Platform[];
    },
  ): Promise<ImageDeleteResponseItem[]>;
  prune(
    filters: Filters,
  ): Promise<{ readonly deleted: ImageDeleteResponseItem[]; readonly spaceReclaimed: number }>;
  /** Resolves with the new image's ID; the last progress message has it as its status. */
  import(request: ImportRequest, progress: ProgressSink): Promise<Digest>;
  /**
   * A new image of `base` and one more layer; resolves with its ID. A layer without entries is left out. Fails with
   * images.base-missing when the base was removed meanwhile.
   */
  commit(request: CommitRequest): Promise<Digest>;
  /**
   * All images of the archive or none. docker-archive (old and new) and OCI layout tars, plain or compressed with gzip, zstd, xz or bzip2.
   * Fails with images.invalid-archive, images.not-an-archive or the error of the document or layer.
   */
  load(
    source: Readable,
    options: {
      readonly quiet?: boolean;
      readonly platforms?: readonly Platform[];
      readonly signal?: AbortSignal;
    },
    progress: ProgressSink,
  ): Promise<void>;
  /**
   * A tar that is both a docker-archive and an OCI layout; the same images always give the same bytes.
   * Fails before the first byte for unknown names. The caller reads or destroys the stream.
   */
  save(
    names: readonly string[],
    options?: { readonly platforms?: readonly Platform[]; readonly signal?: AbortSignal },
  ): Promise<Readable>;
  /**
   * Gets an image from its registry, or all tags of a repository. An index is kept whole, with the content
   * of one platform. The name appears when everything is stored, checked and unpacked. Fails before the
   * first progress message when the image cannot be had at all.
   */
  pull(request: PullRequest, progress: ProgressSink): Promise<void>;
  /**
   * Brings an image, or all tags of a repository, to the registry: what the registry lacks, bit by bit as
   * it is stored here. Of an index whose platforms are not all here, the one that is goes alone. Fails
   * with images.tag-missing, images.no-tags-to-push, images.push-incomplete or an error of the registry.
   */
  push(request: PushRequest, progress: ProgressSink): Promise<void>;
  /**
   * Reads every blob that an image needs, and looks at every layer. Platforms of an index that were never
   * pulled are no problem. Nothing is deleted before its replacement is there.
   */
  check(request: CheckRequest): Promise<StoreReport>;
  /**
   * Unpacks those layers of an image again that are gone from the snapshotter. True when there were any; false also
   * when the image is not in the store any more. Fails like `resolve`.
   */
  restoreLayers(manifest: Descriptor): Promise<boolean>;
  /** For system df: bytes of unique layers and blobs. */
  diskUsage(): Promise<{ readonly totalBytes: number; readonly reclaimableBytes: number }>;
  /** What each image keeps in the store, for telling what takes space. */
  needs(): Promise<readonly ImageNeeds[]>;
  count(): number;
}
