import { engineError } from '@berth/errors';
import {
  bestPlatform,
  type Descriptor,
  decodeManifest,
  formatPlatform,
  isConfigType,
  isIndexType,
  isLayerType,
  isManifestType,
  type Platform,
} from '@berth/oci';
import type { RemoteRepository } from '@berth/registry-client';
import type { ImageContext } from '../image-context.ts';
import { decodeOrFail, type PlatformImage } from '../image-graph.ts';
import { blobKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import { selectManifest } from './select-manifest.ts';

const depthLimit = 4;

const schema1Types = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
]);

export interface RemoteImageOptions {
  readonly context: ImageContext;
  readonly repository: RemoteRepository;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** As the user knows the image. */
  readonly name: string;
  /** The platform that was asked for; absent: the best for this host. */
  readonly wanted?: Platform;
}

/**
 * Brings the documents of an image into the store: its index as it is, and manifest and configuration of
 * one platform. All are checked, leased, and read from the store where it has them.
 */
export class RemoteImage {
  readonly #options: RemoteImageOptions;

  constructor(options: RemoteImageOptions) {
    this.#options = options;
  }

  /** The manifest or index that a tag or digest stands for. */
  async target(reference: string): Promise<Descriptor> {
    const { repository, name, signal } = this.#options;
    const { descriptor, bytes } = await repository.manifest(reference, { signal });
    const { mediaType, digest, size } = descriptor;
    if (schema1Types.has(mediaType)) throw engineError('images.schema1', { image: name });
    if (!isIndexType(mediaType) && !isManifestType(mediaType)) {
      throw engineError('images.unsupported-type', { type: mediaType, what: name });
    }
    await this.#store(descriptor, bytes);
    return { mediaType, digest, size };
  }

  /** The platform to pull. Fails with images.no-matching-manifest or images.platform-mismatch. */
  async platform(target: Descriptor): Promise<PlatformImage> {
    const { name, wanted, context } = this.#options;
    if (isIndexType(target.mediaType)) {
      const image = await this.#select(target, 0);
      if (image !== undefined) return image;
      const platform = formatPlatform(wanted ?? context.hostPlatform);
      throw engineError('images.no-matching-manifest', { platform, image: name });
    }
    const image = await this.#image(target);
    if (wanted === undefined || bestPlatform(wanted, [image.platform]) !== undefined) return image;
    throw engineError('images.platform-mismatch', {
      image: name,
      wanted: formatPlatform(wanted),
      actual: formatPlatform(image.platform),
    });
  }

  async #select(target: Descriptor, depth: number): Promise<PlatformImage | undefined> {
    const { context, wanted } = this.#options;
    await this.#fetch(target);
    const index = await context.graph.index(target.digest);
    const platform = wanted ?? context.hostPlatform;
    const strictness = wanted === undefined ? 'runnable' : 'exact';
    const selection = selectManifest(index?.manifests ?? [], platform, strictness);
    if (selection.kind === 'chosen') return await this.#image(selection.descriptor);
    if (selection.kind === 'none') return undefined;
    const images: PlatformImage[] = [];
    for (const descriptor of selection.descriptors) {
      if (!isIndexType(descriptor.mediaType)) images.push(await this.#image(descriptor));
      else if (depth < depthLimit) {
        const image = await this.#select(descriptor, depth + 1);
        if (image !== undefined) images.push(image);
      }
    }
    const platforms = images.map((image) => image.platform);
    const best = bestPlatform(platform, platforms, { strictness });
    return best === undefined ? undefined : images[best];
  }

  async #image(descriptor: Descriptor): Promise<PlatformImage> {
    const { context, repository, signal, lease, name } = this.#options;
    const bytes = await this.#fetch(descriptor);
    const { config, layers } = decodeOrFail('images.invalid-manifest', descriptor.digest, () =>
      decodeManifest(bytes),
    );
    if (!isConfigType(config.mediaType)) {
      throw engineError('images.unsupported-type', { type: config.mediaType, what: name });
    }
    for (const layer of layers) checkLayer(layer, name);
    await lease.hold(blobKey(config.digest));
    if (!(await context.content.has(config.digest))) {
      const data = await repository.blob(config, { signal });
      await context.content.put(data, config.digest);
    }
    const [image] = await context.graph.platforms(descriptor);
    const count = image?.config.rootfs.diff_ids.length;
    if (image === undefined || count !== layers.length) {
      const reason = `${descriptor.digest}: ${layers.length} layers, its configuration has ${count}`;
      throw engineError('images.invalid-manifest', { reason });
    }
    return image;
  }

  /** The bytes of a manifest or index; stores them if they are not. */
  async #fetch(descriptor: Descriptor): Promise<Buffer> {
    const { context, repository, signal, lease } = this.#options;
    await lease.hold(blobKey(descriptor.digest));
    if (await context.content.has(descriptor.digest)) {
      return await context.content.readAll(descriptor.digest);
    }
    const { bytes } = await repository.manifest(descriptor.digest, { signal });
    await context.content.put(bytes, descriptor.digest);
    return bytes;
  }

  async #store({ digest }: Descriptor, bytes: Buffer): Promise<void> {
    const { context, lease } = this.#options;
    await lease.hold(blobKey(digest));
    if (!(await context.content.has(digest))) await context.content.put(bytes, digest);
  }
}

/** Refuses what is no layer of a file system, or a layer that registries do not hold. */
function checkLayer({ mediaType, digest }: Descriptor, image: string): void {
  if (/foreign|nondistributable/.test(mediaType)) {
    throw engineError('images.foreign-layer', { layer: digest, image, type: mediaType });
  }
  if (!isLayerType(mediaType)) {
    throw engineError('images.unsupported-type', { type: mediaType, what: `layer ${digest}` });
  }
}
