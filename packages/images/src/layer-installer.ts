import type { ContentStore } from '@berth/content';
import { engineError } from '@berth/errors';
import type { Descriptor, Digest } from '@berth/oci';
import type { LayerTransfer, Snapshotter, UnpackResult } from '@berth/snapshots';
import type { PlatformImage } from './image-graph.ts';
import { blobKey, layerKey } from './lease-key.ts';
import type { Lease } from './leases.ts';
import { SingleFlight } from './single-flight.ts';

/** Unpacks the layers of images whose blobs are in the store. */
export class LayerInstaller {
  readonly #content: ContentStore;
  readonly #snapshotter: Snapshotter;
  readonly #transfer: LayerTransfer;
  readonly #flights = new SingleFlight<void>();

  constructor(parts: {
    readonly content: ContentStore;
    readonly snapshotter: Snapshotter;
    readonly transfer: LayerTransfer;
  }) {
    this.#content = parts.content;
    this.#snapshotter = parts.snapshotter;
    this.#transfer = parts.transfer;
  }

  /** Whether layers unpack in any order; if not, each needs the one below. */
  get independent(): boolean {
    return this.#snapshotter.name === 'overlay2';
  }

  /** Makes sure that every layer of the image is unpacked. Fails with images.layer-mismatch. */
  async install(image: PlatformImage, lease: Lease, signal?: AbortSignal): Promise<void> {
    const steps = image.chain.map((chainId, index) => () => {
      const layer = image.manifest.layers[index]!;
      return this.installLayer(chainId, lease, () =>
        this.unpackBlob({
          layer,
          chainId,
          parent: image.chain[index - 1],
          diffId: image.config.rootfs.diff_ids[index]!,
          lease,
          ...(signal === undefined ? {} : { signal }),
        }),
      );
    });
    if (this.independent) await allOrFirstFailure(steps.map((step) => step()));
    else for (const step of steps) await step();
  }

  /** Runs `unpack` unless the layer exists or somebody else is making it; leaves it leased. */
  async installLayer(chainId: Digest, lease: Lease, unpack: () => Promise<void>): Promise<void> {
    await lease.hold(layerKey(chainId));
    for (;;) {
      if (await this.#snapshotter.hasLayer(chainId)) return;
      let own = false;
      const run = this.#flights.run(chainId, () => {
        own = true;
        return unpack();
      });
      if (own) return await run;
      // Somebody else's run: its failure, for example a client that went away, is not ours.
      await run.catch(() => undefined);
    }
  }

  async unpackBlob(options: {
    readonly layer: Descriptor;
    readonly chainId: Digest;
    readonly parent: Digest | undefined;
    readonly diffId: Digest;
    readonly lease: Lease;
    readonly signal?: AbortSignal;
  }): Promise<void> {
    const { layer, chainId, parent, diffId, lease, signal } = options;
    await lease.hold(blobKey(layer.digest));
    const source = await this.#content.path(layer.digest);
    await using draft = await this.#snapshotter.createLayer(parent);
    const result = await this.#transfer.unpack({
      source,
      directory: draft.directory,
      whiteouts: draft.whiteouts,
      ...(signal === undefined ? {} : { signal }),
    });
    checkDiffId(layer.digest, diffId, result);
    await draft.commit(chainId, result.usage);
  }
}

export function checkDiffId(layer: string, expected: Digest, result: UnpackResult): void {
  if (result.diffId !== expected) {
    throw engineError('images.layer-mismatch', { layer, actual: result.diffId, expected });
  }
}

/** Waits for all, so that nothing still works on files that are about to go; then the first failure. */
export async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
