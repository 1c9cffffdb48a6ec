import { type Descriptor, type Digest, isIndexType, isManifestType } from '@berth/oci';
import type { ImageContext } from '../image-context.ts';

/** Everything that a manifest or index stands for, in the order in which a registry takes it. */
export interface PushPlan {
  /** Layers and configurations, each once. */
  readonly blobs: readonly Descriptor[];
  /** Manifests and indexes, what is referred to before what refers; the top is the last. */
  readonly documents: readonly Descriptor[];
  /** Manifests that are not here: the registry must have them. */
  readonly absent: readonly Descriptor[];
}

const depthLimit = 4;

export async function planPush(context: ImageContext, top: Descriptor): Promise<PushPlan> {
  const blobs = new Map<Digest, Descriptor>();
  const documents = new Map<Digest, Descriptor>();
  const absent = new Map<Digest, Descriptor>();
  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    const { digest, mediaType } = descriptor;
    if (documents.has(digest) || absent.has(digest)) return;
    if (!(await context.content.has(digest))) {
      absent.set(digest, descriptor);
      return;
    }
    if (isIndexType(mediaType) && depth < depthLimit) {
      const index = await context.graph.index(digest);
      for (const child of index?.manifests ?? []) await visit(child, depth + 1);
    } else if (isManifestType(mediaType)) {
      const manifest = (await context.graph.manifest(digest))!;
      for (const blob of [...manifest.layers, manifest.config]) blobs.set(blob.digest, blob);
    }
    documents.set(digest, descriptor);
  };
  await visit(top, 0);
  return {
    blobs: [...blobs.values()].filter(({ mediaType }) => !isForeign(mediaType)),
    documents: [...documents.values()],
    absent: [...absent.values()],
  };
}

/** Layers that only their vendor may hand out. */
function isForeign(mediaType: string): boolean {
  return /foreign|nondistributable/.test(mediaType);
}
