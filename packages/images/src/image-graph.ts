import type { ContentStore } from '@berth/content';
import { engineError, isEngineError } from '@berth/errors';
import {
  chainIds,
  DecodeError,
  type Descriptor,
  type Digest,
  decodeImageConfig,
  decodeIndex,
  decodeManifest,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  isConfigType,
  isIndexType,
  isManifestType,
  type Platform,
} from '@berth/oci';
import { BoundedMap } from './bounded-map.ts';

/** One platform of an image, its documents read and checked. */
export interface PlatformImage {
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Chain IDs of the layers, bottom first. */
  readonly chain: readonly Digest[];
}

/** A manifest below an image's target; `image` is there when its documents are, and it is an image. */
export interface ManifestEntry {
  readonly descriptor: Descriptor;
  readonly kind: 'image' | 'attestation' | 'unknown';
  readonly manifest?: ImageManifest;
  readonly image?: PlatformImage;
}

export const attestationAnnotation = 'vnd.docker.reference.type';
export const attestedDigestAnnotation = 'vnd.docker.reference.digest';

/** Indexes in indexes deeper than this are not followed. */
const depthLimit = 4;
const cachedDocuments = 2048;

/** Reads the documents of images, checked; decoded ones are remembered, for they never change. */
export class ImageGraph {
  readonly #content: ContentStore;
  readonly #documents = new BoundedMap<Digest, object>(cachedDocuments);

  constructor(content: ContentStore) {
    this.#content = content;
  }

  /** Undefined when the blob is not in the store. Fails with images.invalid-manifest. */
  async index(digest: Digest): Promise<ImageIndex | undefined> {
    return await this.#document(digest, 'images.invalid-manifest', decodeIndex);
  }

  /** The index that `target` is; undefined when it is something else or not in the store. */
  async indexOf(target: Descriptor): Promise<ImageIndex | undefined> {
    return isIndexType(target.mediaType) ? await this.index(target.digest) : undefined;
  }

  async manifest(digest: Digest): Promise<ImageManifest | undefined> {
    return await this.#document(digest, 'images.invalid-manifest', decodeManifest);
  }

  async config(digest: Digest): Promise<ImageConfig | undefined> {
    return await this.#document(digest, 'images.invalid-config', decodeImageConfig);
  }

  /** All manifests at or below `target`, in the order of the index. */
  async manifests(target: Descriptor, depth = 0): Promise<ManifestEntry[]> {
    if (isIndexType(target.mediaType)) {
      if (depth >= depthLimit) return [];
      const index = await this.index(target.digest);
      const below = (index?.manifests ?? []).map((child) => this.manifests(child, depth + 1));
      return (await Promise.all(below)).flat();
    }
    if (!isManifestType(target.mediaType)) return [{ descriptor: target, kind: 'unknown' }];
    return [await this.#entry(target)];
  }

  /** The platforms of an image whose manifest and configuration are present. */
  async platforms(target: Descriptor): Promise<PlatformImage[]> {
    const entries = await this.manifests(target);
    return entries.flatMap(({ image }) => (image === undefined ? [] : [image]));
  }

  /** Every blob that an image consists of, present or not, the target first. */
  async blobs(target: Descriptor, depth = 0): Promise<Descriptor[]> {
    if (isIndexType(target.mediaType)) {
      if (depth >= depthLimit) return [target];
      const index = await this.index(target.digest);
      const below = (index?.manifests ?? []).map((child) => this.blobs(child, depth + 1));
      return [target, ...(await Promise.all(below)).flat()];
    }
    if (!isManifestType(target.mediaType)) return [target];
    const manifest = await this.manifest(target.digest);
    return manifest === undefined ? [target] : [target, manifest.config, ...manifest.layers];
  }

  /** Forgets a document whose blob was deleted. */
  forget(digest: Digest): void {
    this.#documents.delete(digest);
  }

  async #entry(descriptor: Descriptor): Promise<ManifestEntry> {
    const attestation = descriptor.annotations?.[attestationAnnotation] !== undefined;
    const manifest = await this.manifest(descriptor.digest);
    if (attestation || manifest === undefined) {
      const kind = attestation ? 'attestation' : manifest === undefined ? 'image' : 'unknown';
      return { descriptor, kind, ...(manifest === undefined ? {} : { manifest }) };
    }
    if (!isConfigType(manifest.config.mediaType)) return { descriptor, kind: 'unknown', manifest };
    const config = await this.config(manifest.config.digest);
    if (config === undefined) return { descriptor, kind: 'image', manifest };
    const image: PlatformImage = {
      descriptor,
      manifest,
      config,
      platform: platformOf(descriptor, config),
      chain: chainIds(config.rootfs.diff_ids),
    };
    return { descriptor, kind: 'image', manifest, image };
  }

  async #document<T extends object>(
    digest: Digest,
    code: 'images.invalid-manifest' | 'images.invalid-config',
    decode: (data: Uint8Array) => T,
  ): Promise<T | undefined> {
    const known = this.#documents.get(digest);
    if (known !== undefined) return known as T;
    let data: Buffer;
    try {
      data = await this.#content.readAll(digest);
    } catch (error) {
      if (isEngineError(error, 'content.not-found')) return undefined;
      throw error;
    }
    const document = decodeOrFail(code, digest, () => decode(data));
    this.#documents.set(digest, document);
    return document;
  }
}

/** Turns a DecodeError into an error that names the document. */
export function decodeOrFail<T>(
  code: 'images.invalid-manifest' | 'images.invalid-config',
  name: string,
  decode: () => T,
): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw engineError(code, { reason: `${name}: ${error.message}` }, { cause: error });
  }
}

/** What the index says wins; the configuration says it for a lone manifest. */
function platformOf(descriptor: Descriptor, config: ImageConfig): Platform {
  const { os, architecture, variant } = config;
  const own: Platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  const said = descriptor.platform;
  return said === undefined || said.architecture === '' || said.os === '' ? own : said;
}
