import type { RemoteRepository } from '@berth/registry-client';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { ImageContext } from '../image-context.ts';
import type { PlatformImage } from '../image-graph.ts';
import type { ProgressSink } from '../image-service.ts';
import { allOrFirstFailure } from '../layer-installer.ts';
import { blobKey, layerKey } from '../lease-key.ts';
import type { Lease } from '../leases.ts';
import { downloadLayer, type LayerDescription } from './layer-download.ts';
import { TransferLine } from './transfer-line.ts';

export interface LayerPull {
  readonly context: ImageContext;
  readonly repository: RemoteRepository;
  readonly lease: Lease;
  readonly slots: ConcurrencyLimit;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Fetches and unpacks all layers of a platform side by side. Resolves with whether any was missing. */
export async function pullLayers(pull: LayerPull, image: PlatformImage): Promise<boolean> {
  const abort = new AbortController();
  const signal = AbortSignal.any([pull.signal, abort.signal]);
  let below: Promise<unknown> = Promise.resolve();
  const pulls = image.manifest.layers.map((descriptor, index) => {
    const layer: LayerDescription = {
      descriptor,
      chainId: image.chain[index]!,
      diffId: image.config.rootfs.diff_ids[index]!,
      parent: image.chain[index - 1],
    };
    const pulled = pullLayer({ ...pull, signal }, layer, below);
    if (!pull.context.installer.independent) below = pulled;
    // The first failure is the one to report; nothing else need be finished.
    pulled.catch((error: unknown) => abort.abort(error));
    return pulled;
  });
  try {
    return (await allOrFirstFailure(pulls)).includes('pulled');
  } catch (error) {
    pull.signal.throwIfAborted();
    throw abort.signal.reason ?? error;
  }
}

async function pullLayer(
  pull: LayerPull,
  layer: LayerDescription,
  below: Promise<unknown>,
): Promise<'present' | 'pulled'> {
  const { context, lease, signal, progress } = pull;
  const { descriptor, chainId } = layer;
  const line = new TransferLine(descriptor.digest, progress);
  await lease.hold(blobKey(descriptor.digest));
  await lease.hold(layerKey(chainId));
  const blobPresent = async () =>
    (await context.content.info(descriptor.digest))?.size === descriptor.size;
  if ((await context.snapshotter.hasLayer(chainId)) && (await blobPresent())) {
    line.show({ status: 'Already exists' });
    return 'present';
  }
  line.show({ status: 'Pulling fs layer' });
  while (!(await blobPresent())) {
    const participant = {
      signal,
      onState: (state: Parameters<TransferLine['show']>[0]) => line.show(state),
    };
    await context.downloads.join(descriptor.digest, participant, (task) =>
      downloadLayer({ ...pull, layer }, task),
    );
  }
  await below;
  await context.installer.installLayer(chainId, lease, () => {
    line.show({ status: 'Extracting' });
    return context.installer.unpackBlob({ ...layer, layer: descriptor, lease, signal });
  });
  line.show({ status: 'Pull complete' });
  return 'pulled';
}
