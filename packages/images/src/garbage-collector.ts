import type { BlobInfo, ContentStore } from '@berth/content';
import { engineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import type { Snapshotter } from '@berth/snapshots';
import type { ImageGraph } from './image-graph.ts';
import type { ImageRecords } from './image-records.ts';
import type { ImageUsers } from './image-service.ts';
import type { LayerSizes } from './layer-sizes.ts';
import { blobKey, layerKey } from './lease-key.ts';
import type { Leases } from './leases.ts';

export interface CollectorParts {
  readonly records: ImageRecords;
  readonly graph: ImageGraph;
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  readonly leases: Leases;
  readonly sizes: LayerSizes;
  readonly users: () => ImageUsers;
}

export interface Collected {
  readonly blobs: readonly Digest[];
  readonly layers: readonly Digest[];
  /** Bytes on disk, packed and unpacked. */
  readonly bytes: number;
  /** Why nothing was removed: an image whose documents cannot be read, so that its needs are unknown. */
  readonly blocked?: unknown;
}

interface Marks {
  readonly blobs: Set<Digest>;
  readonly layers: Set<Digest>;
}

/**
 * Removes blobs and layers that neither an image nor a container nor a running operation needs. Runs
 * one at a time; a call during a run joins the one after it.
 */
export class GarbageCollector {
  readonly #parts: CollectorParts;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Collected> | undefined;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  collect(): Promise<Collected> {
    if (this.#next !== undefined) return this.#next;
    const next = this.#running.then(() => {
      this.#next = undefined;
      return this.#collect();
    });
    this.#next = next;
    this.#running = next.catch(() => undefined);
    return next;
  }

  async #collect(): Promise<Collected> {
    using _collection = this.#parts.leases.beginCollection();
    // Listed before marking: what is made later is younger than the marks and must not be judged by them.
    const blobs: BlobInfo[] = [];
    for await (const blob of this.#parts.content.list()) blobs.push(blob);
    const layers = await this.#parts.snapshotter.listLayers();
    let marks: Marks;
    try {
      marks = await this.#mark();
    } catch (blocked) {
      return { blobs: [], layers: [], bytes: 0, blocked };
    }
    const removed = { blobs: [] as Digest[], layers: [] as Digest[], bytes: 0 };
    for (const chainId of layers) {
      if (marks.layers.has(chainId)) continue;
      const size = await this.#parts.sizes.bytesOf(chainId);
      if (!(await this.#removeLayer(chainId))) continue;
      removed.layers.push(chainId);
      removed.bytes += size;
    }
    for (const { digest, size } of blobs) {
      if (marks.blobs.has(digest) || !(await this.#removeBlob(digest))) continue;
      removed.blobs.push(digest);
      removed.bytes += size;
    }
    return removed;
  }

  async #mark(): Promise<Marks> {
    const { records, graph, users, content } = this.#parts;
    const blobs = new Set<Digest>();
    const layers = new Set<Digest>(users().chainsInUse());
    const seen = new Set<Digest>();
    for (const { target } of records.all()) {
      if (seen.has(target.digest)) continue;
      seen.add(target.digest);
      // Without its first document nobody knows what else belongs to the image.
      if (!(await content.has(target.digest))) {
        throw engineError('content.not-found', { digest: target.digest });
      }
      for (const { digest } of await graph.blobs(target)) blobs.add(digest);
      for (const { chain } of await graph.platforms(target)) {
        for (const chainId of chain) layers.add(chainId);
      }
    }
    return { blobs, layers };
  }

  async #removeBlob(digest: Digest): Promise<boolean> {
    const { content, graph, leases } = this.#parts;
    return await leases.removeUnheld(blobKey(digest), async () => {
      graph.forget(digest);
      await content.delete(digest);
    });
  }

  async #removeLayer(chainId: Digest): Promise<boolean> {
    const { snapshotter, leases, sizes } = this.#parts;
    return await leases.removeUnheld(layerKey(chainId), async () => {
      sizes.forget(chainId);
      await snapshotter.removeLayer(chainId);
    });
  }
}
