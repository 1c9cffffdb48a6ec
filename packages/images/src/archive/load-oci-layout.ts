import { engineError, isEngineError } from '@berth/errors';
import {
  type Descriptor,
  decodeImageConfig,
  decodeIndex,
  decodeManifest,
  formatReference,
  type ImageConfig,
  type ImageManifest,
  isConfigType,
  isIndexType,
  isManifestType,
  type Platform,
  parseReference,
  withDefaultTag,
} from '@berth/oci';
import { attestationAnnotation, decodeOrFail } from '../image-graph.ts';
import { imageNameAnnotation, refNameAnnotation } from '../index-publisher.ts';
import type { ArchiveLoader, LayerSource, LoadedImage } from './archive-loader.ts';
import { blobName, missing } from './archive-members.ts';

const depthLimit = 4;

/** A platform whose documents were read and checked, its layers not stored yet. */
interface PendingPlatform {
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly sources: readonly LayerSource[];
}

/** Loads the images of an OCI image layout (image-layout.md): those that its index.json lists. */
export async function loadOciLayout(loader: ArchiveLoader): Promise<LoadedImage[]> {
  const data = await loader.document('index.json');
  const index = decodeOrFail('images.invalid-manifest', 'index.json', () => decodeIndex(data));
  const images = new Map<string, { target: Descriptor; names: Set<string> }>();
  for (const entry of index.manifests) {
    const image = images.get(entry.digest) ?? { target: plain(entry), names: new Set() };
    images.set(entry.digest, image);
    const name = nameOf(entry);
    if (name !== undefined) image.names.add(name);
  }
  const loaded: LoadedImage[] = [];
  for (const { target, names } of images.values()) {
    await new TargetLoader(loader).load(target);
    loaded.push({ target, names: [...names] });
  }
  return loaded;
}

/** Without the annotations of the archive that name the image. */
function plain(descriptor: Descriptor): Descriptor {
  const { annotations, ...rest } = descriptor;
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => key !== imageNameAnnotation && key !== refNameAnnotation,
  );
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}

/** A bare tag in the reference annotation names no repository and cannot be used alone. */
function nameOf(descriptor: Descriptor): string | undefined {
  const full = descriptor.annotations?.[imageNameAnnotation];
  const reference = descriptor.annotations?.[refNameAnnotation];
  const text = full ?? (reference?.match(/[/:]/) ? reference : undefined);
  if (text === undefined) return undefined;
  return archiveReference(text);
}

/** Fails with images.invalid-archive for a name that is no reference. */
export function archiveReference(text: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(text)));
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const reason = `image name "${text.slice(0, 300)}": ${error.message}`;
    throw engineError('images.invalid-archive', { reason }, { cause: error });
  }
}

/** Loads what one entry of index.json stands for. */
class TargetLoader {
  readonly #loader: ArchiveLoader;
  readonly #platforms: PendingPlatform[] = [];
  readonly #others: Platform[] = [];

  constructor(loader: ArchiveLoader) {
    this.#loader = loader;
  }

  async load(target: Descriptor): Promise<void> {
    await this.#read(target, 0);
    if (this.#platforms.length === 0 && this.#others.length > 0) {
      throw this.#loader.noneWanted(this.#others);
    }
    const preferred = this.#loader.preferred(this.#platforms.map(({ platform }) => platform));
    for (const [at, { manifest, config, sources }] of this.#platforms.entries()) {
      await this.#loader.storeLayers(manifest, config, sources, at === preferred);
    }
  }

  async #read(descriptor: Descriptor, depth: number): Promise<void> {
    if (isIndexType(descriptor.mediaType)) return await this.#readIndex(descriptor, depth);
    if (isManifestType(descriptor.mediaType)) return await this.#readManifest(descriptor);
    throw engineError('images.invalid-archive', {
      reason: `${descriptor.digest} is of the unknown type ${descriptor.mediaType.slice(0, 100)}`,
    });
  }

  /** An index may come with a part of its platforms only. */
  async #readIndex(descriptor: Descriptor, depth: number): Promise<void> {
    if (depth >= depthLimit) {
      throw engineError('images.invalid-archive', { reason: 'its indexes are nested too deep' });
    }
    const data = await this.#document(descriptor);
    const index = decodeOrFail('images.invalid-manifest', descriptor.digest, () =>
      decodeIndex(data),
    );
    for (const child of index.manifests) {
      if (this.#loader.members.blob(child.digest) === undefined) continue;
      if (child.platform !== undefined && this.#skips(child.platform)) continue;
      await this.#read(child, depth + 1);
    }
  }

  async #readManifest(descriptor: Descriptor): Promise<void> {
    const data = await this.#document(descriptor);
    const manifest = decodeOrFail('images.invalid-manifest', descriptor.digest, () =>
      decodeManifest(data),
    );
    if (!isConfigType(manifest.config.mediaType) || isAttestation(descriptor)) {
      return await this.#storeArtifact(manifest);
    }
    const configData = await this.#document(manifest.config);
    const config = decodeOrFail('images.invalid-config', manifest.config.digest, () =>
      decodeImageConfig(configData),
    );
    const { os, architecture, variant } = config;
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    if (descriptor.platform === undefined && this.#skips(platform)) return;
    const sources = layerSources(this.#loader, manifest, config, descriptor.digest);
    this.#platforms.push({ platform, manifest, config, sources });
  }

  async #storeArtifact(manifest: ImageManifest): Promise<void> {
    for (const blob of [manifest.config, ...manifest.layers]) {
      const member = this.#loader.members.blob(blob.digest);
      if (member === undefined) throw missing(blobName(blob.digest));
      await this.#loader.storeBlob(blob, member);
    }
  }

  #skips(platform: Platform): boolean {
    if (this.#loader.wants(platform)) return false;
    this.#others.push(platform);
    return true;
  }

  /** Stores a document and gives its bytes. */
  async #document(descriptor: Descriptor): Promise<Buffer> {
    const { members, context } = this.#loader;
    const member = members.blob(descriptor.digest);
    if (member === undefined) throw missing(blobName(descriptor.digest));
    await this.#loader.storeBlob(descriptor, member);
    if (member.type === 'document') return member.data;
    return await context.content.readAll(descriptor.digest);
  }
}

function isAttestation(descriptor: Descriptor): boolean {
  return descriptor.annotations?.[attestationAnnotation] !== undefined;
}

function layerSources(
  loader: ArchiveLoader,
  manifest: ImageManifest,
  config: ImageConfig,
  name: string,
): LayerSource[] {
  const expected = config.rootfs.diff_ids.length;
  if (manifest.layers.length !== expected) {
    throw engineError('images.invalid-archive', {
      reason: `image ${name} has ${manifest.layers.length} layers, its configuration tells of ${expected}`,
    });
  }
  return manifest.layers.map((descriptor) => {
    const member = loader.members.blob(descriptor.digest);
    if (member === undefined) throw missing(blobName(descriptor.digest));
    if (member.type === 'document') {
      const reason = `layer ${descriptor.digest} is not a tar archive`;
      throw engineError('images.invalid-archive', { reason });
    }
    return { descriptor, member };
  });
}
