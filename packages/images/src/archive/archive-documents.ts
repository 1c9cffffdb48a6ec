import {
  type Descriptor,
  encodedOf,
  familiarName,
  familiarString,
  mediaTypes,
  parseReference,
} from '@berth/oci';
import { imageNameAnnotation, refNameAnnotation } from '../index-publisher.ts';
import type { SavedImage } from '../saved-images.ts';
import { blobName } from './archive-members.ts';
import type { OutgoingMember } from './archive-writer.ts';

/** The documents of an archive of images: of the OCI layout and of the docker-archive. */
export function archiveDocuments(images: readonly SavedImage[]): OutgoingMember[] {
  const documents: Record<string, unknown> = {
    'index.json': {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: images.flatMap(indexEntries),
    },
    'manifest.json': images.map(manifestEntry),
    'oci-layout': { imageLayoutVersion: '1.0.0' },
  };
  const repositories = repositoriesOf(images);
  if (Object.keys(repositories).length > 0) documents.repositories = repositories;
  return Object.entries(documents).map(([name, value]) => ({
    name,
    data: Buffer.from(JSON.stringify(value)),
  }));
}

/** One descriptor per name, as containerd and BuildKit write them. */
function indexEntries({ target, names }: SavedImage): Descriptor[] {
  if (names.length === 0) return [target];
  return names.map((name) => {
    const { tag = '' } = parseReference(name);
    const annotations = { [imageNameAnnotation]: name, [refNameAnnotation]: tag };
    return { ...target, annotations: { ...target.annotations, ...annotations } };
  });
}

function manifestEntry({ names, platform }: SavedImage): unknown {
  const { config, layers } = platform.manifest;
  const diffIds = platform.config.rootfs.diff_ids;
  return {
    Config: blobName(config.digest),
    RepoTags: names.length === 0 ? null : names.map((name) => familiarString(parseReference(name))),
    Layers: layers.map(({ digest }) => blobName(digest)),
    LayerSources: Object.fromEntries(layers.map((layer, index) => [diffIds[index], layer])),
  };
}

/** Repository → tag → top layer, which tools older than manifest.json read. */
function repositoriesOf(images: readonly SavedImage[]): Record<string, Record<string, string>> {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { names, platform } of images) {
    const top = platform.manifest.layers.at(-1);
    if (top === undefined) continue;
    for (const name of names) {
      const reference = parseReference(name);
      if (reference.tag === undefined) continue;
      const repository = familiarName(reference);
      repositories[repository] = {
        ...repositories[repository],
        [reference.tag]: encodedOf(top.digest),
      };
    }
  }
  return repositories;
}
