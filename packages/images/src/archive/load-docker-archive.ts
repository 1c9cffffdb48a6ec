import { engineError } from '@berth/errors';
import {
  type Descriptor,
  decodeImageConfig,
  type ImageConfig,
  type ImageManifest,
  mediaTypes,
  type Platform,
  sha256Of,
} from '@berth/oci';
import type { LayerCompression } from '@berth/snapshots';
import { decodeOrFail } from '../image-graph.ts';
import { allOrFirstFailure } from '../layer-installer.ts';
import type { ArchiveLoader, LayerSource, LoadedImage } from './archive-loader.ts';
import { archiveReference } from './load-oci-layout.ts';
import { memberName } from './member-name.ts';

const layerTypes: Readonly<Record<LayerCompression, string>> = {
  none: mediaTypes.dockerLayer,
  gzip: mediaTypes.dockerLayerGzip,
  zstd: mediaTypes.dockerLayerZstd,
};

/** One entry of manifest.json. */
interface ArchivedImage {
  readonly configName: string;
  readonly tags: readonly string[];
  readonly layerNames: readonly string[];
}

/**
 * Loads a docker-archive without an OCI index: images that manifest.json lists by the names of their
 * members. The manifest that makes each of them an image here is derived from the members alone, so that
 * the same archive always gives the same image ID.
 */
export async function loadDockerArchive(loader: ArchiveLoader): Promise<LoadedImage[]> {
  const loaded: LoadedImage[] = [];
  const skipped: Platform[] = [];
  for (const image of archivedImages(await loader.document('manifest.json'))) {
    const data = await loader.document(image.configName);
    const config = decodeOrFail('images.invalid-config', image.configName, () =>
      decodeImageConfig(data),
    );
    const { os, architecture, variant } = config;
    const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    if (!loader.wants(platform)) {
      skipped.push(platform);
      continue;
    }
    const names = image.tags.map(archiveReference);
    const target = await loadImage(loader, image, data, config);
    loaded.push({ target, names });
  }
  if (loaded.length === 0 && skipped.length > 0) {
    throw loader.noneWanted(skipped);
  }
  return loaded;
}

async function loadImage(
  loader: ArchiveLoader,
  image: ArchivedImage,
  configData: Buffer,
  config: ImageConfig,
): Promise<Descriptor> {
  const expected = config.rootfs.diff_ids.length;
  if (image.layerNames.length !== expected) {
    throw invalid(
      `${image.configName} tells of ${expected} layers, manifest.json lists ${image.layerNames.length}`,
    );
  }
  checkConfigName(image.configName, configData);
  const sources = await allOrFirstFailure(
    image.layerNames.map((name) => layerSource(loader, name)),
  );
  const layers = sources.map(({ descriptor }) => descriptor);
  const configDescriptor = {
    mediaType: mediaTypes.dockerConfig,
    digest: sha256Of(configData),
    size: configData.length,
  };
  const manifest: ImageManifest = { schemaVersion: 2, config: configDescriptor, layers };
  await loader.storeLayers(manifest, config, sources, true);
  const stored = await loader.documents.put(configData, mediaTypes.dockerConfig);
  return await loader.documents.putManifest(stored, layers, mediaTypes.dockerManifest);
}

/** The descriptor of a layer follows from its bytes. */
async function layerSource(loader: ArchiveLoader, name: string): Promise<LayerSource> {
  const { digest, size, compression, member } = await loader.describeLayer(name);
  return { descriptor: { mediaType: layerTypes[compression], digest, size }, member };
}

/** `<hex>.json` names the digest of the configuration, as Docker checks it. */
function checkConfigName(name: string, data: Buffer): void {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  const actual = sha256Of(data);
  if (hex === undefined || actual === `sha256:${hex}`) return;
  throw engineError('content.digest-mismatch', { expected: `sha256:${hex}`, actual });
}

function archivedImages(data: Buffer): ArchivedImage[] {
  let list: unknown;
  try {
    list = JSON.parse(data.toString('utf8'));
  } catch (error) {
    throw invalid(`manifest.json is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!Array.isArray(list)) throw invalid('manifest.json must be a list');
  return list.map((item: unknown, index) => archivedImage(item, `manifest.json[${index}]`));
}

function archivedImage(item: unknown, what: string): ArchivedImage {
  if (typeof item !== 'object' || item === null) throw invalid(`${what} must be an object`);
  const { Config, RepoTags, Layers } = item as Record<string, unknown>;
  if (typeof Config !== 'string') throw invalid(`${what}.Config must be a string`);
  return {
    configName: memberName(Config),
    tags: texts(RepoTags, `${what}.RepoTags`),
    layerNames: texts(Layers, `${what}.Layers`).map(memberName),
  };
}

function texts(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((text) => typeof text !== 'string')) {
    throw invalid(`${what} must be a list of strings`);
  }
  return value as string[];
}

function invalid(reason: string): Error {
  return engineError('images.invalid-archive', { reason });
}
