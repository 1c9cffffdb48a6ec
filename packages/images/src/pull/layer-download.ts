import { engineError, isEngineError } from '@berth/errors';
import { algorithmOf, type Descriptor, type Digest } from '@berth/oci';
import type { RemoteRepository } from '@berth/registry-client';
import type { UnpackResult } from '@berth/snapshots';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { ImageContext } from '../image-context.ts';
import { allOrFirstFailure, checkDiffId } from '../layer-installer.ts';
import { blobKey } from '../lease-key.ts';
import { StagedBlob } from '../staged-blob.ts';
import { BatchedWrites } from './batched-writes.ts';
import type { SharedTask } from './shared-tasks.ts';
import type { TransferState } from './transfer-line.ts';

/** A layer as manifest and configuration of its image describe it. */
export interface LayerDescription {
  readonly descriptor: Descriptor;
  readonly chainId: Digest;
  readonly diffId: Digest;
  /** Chain ID below; undefined for the lowest layer. */
  readonly parent: Digest | undefined;
}

export interface LayerDownload {
  readonly context: ImageContext;
  readonly repository: RemoteRepository;
  readonly layer: LayerDescription;
  /** Bytes of so many layers come at once. */
  readonly slots: ConcurrencyLimit;
}

/** How often a layer is fetched anew because its bytes were wrong. */
const corruptAttempts = 3;

/**
 * Fetches a layer's blob and unpacks it while it comes, where layers unpack in any order. What an earlier
 * attempt has left is used; what comes of a failed one is kept for the next. Wrong bytes are fetched again,
 * from another endpoint if there is one. Nothing is stored before its digest is right.
 */
export async function downloadLayer(
  download: LayerDownload,
  task: SharedTask<TransferState>,
): Promise<void> {
  const avoid: string[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptDownload(download, task, avoid);
    } catch (error) {
      const corrupt = isEngineError(error, 'content.digest-mismatch');
      if (!corrupt || attempt === corruptAttempts) throw error;
    }
  }
}

async function attemptDownload(
  { context, repository, layer, slots }: LayerDownload,
  task: SharedTask<TransferState>,
  avoid: string[],
): Promise<void> {
  const { digest, size } = layer.descriptor;
  const { signal } = task;
  using lease = context.leases.open();
  await lease.hold(blobKey(digest));
  let arrived = false;
  const area = {
    ...context,
    limit: context.unpacks,
    signal,
    onProgress: (_name: string, current: number) => {
      if (arrived) task.report({ status: 'Extracting', current, total: size });
    },
  };
  await using staged = await openStaged(digest, size, area);
  const unpacked =
    context.installer.independent && !(await context.snapshotter.hasLayer(layer.chainId));
  if (unpacked) staged.beginUnpack();
  const resumed = staged.size;
  try {
    if (slots.full) task.report({ status: 'Waiting' });
    const endpoint = await slots.run(() =>
      receive(staged, { repository, descriptor: layer.descriptor, task, avoid }),
    );
    // Bytes of an earlier attempt are nobody's fault now.
    if (resumed === 0 && endpoint !== undefined) avoid.push(endpoint);
    await staged.finish();
    arrived = true;
    task.report({ status: 'Verifying Checksum' });
    task.report({ status: 'Download complete' });
    if (unpacked) await storeLayer(context, staged, layer);
    else await staged.commit(digest, false);
  } catch (error) {
    // A full disk has more use for the space than the next attempt.
    if (isEngineError(error, 'common.no-space')) staged.discard();
    throw error;
  }
}

async function openStaged(
  digest: Digest,
  size: number,
  area: Parameters<typeof StagedBlob.resume>[1],
): Promise<StagedBlob> {
  const staged = await StagedBlob.resume(digest, area);
  if (staged.size <= size) return staged;
  staged.discard();
  await staged[Symbol.asyncDispose]();
  return await StagedBlob.resume(digest, area);
}

/** Brings the rest of the blob into the file. Resolves with the endpoint that served it, if any was asked. */
async function receive(
  staged: StagedBlob,
  from: {
    readonly repository: RemoteRepository;
    readonly descriptor: Descriptor;
    readonly task: SharedTask<TransferState>;
    readonly avoid: readonly string[];
  },
): Promise<string | undefined> {
  const { repository, descriptor, task, avoid } = from;
  const total = descriptor.size;
  task.signal.throwIfAborted();
  task.report({ status: 'Downloading', current: staged.size, total });
  if (staged.size === total) return undefined;
  const blob = await repository.openBlob(descriptor, {
    offset: staged.size,
    avoid,
    signal: task.signal,
    onRetry: ({ delayMilliseconds }) => task.report({ status: retryText(delayMilliseconds) }),
  });
  await using writing = new BatchedWrites(staged);
  for await (const chunk of blob.body) {
    await writing.add(chunk as Buffer);
    task.report({ status: 'Downloading', current: staged.size, total });
  }
  await writing.settle();
  task.report({ status: 'Downloading', current: staged.size, total });
  return blob.endpoint();
}

/** As Docker says that it waits before it tries again. */
export function retryText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `Retrying in ${seconds} second${seconds === 1 ? '' : 's'}`;
}

/** Makes the file a blob and its unpacked tree a layer. Nothing is stored when either is wrong. */
async function storeLayer(
  context: ImageContext,
  staged: StagedBlob,
  layer: LayerDescription,
): Promise<void> {
  const { digest } = layer.descriptor;
  const result = await identify(staged, digest);
  checkDiffId(digest, layer.diffId, result);
  using lease = context.leases.open();
  await using draft = staged.takeDraft();
  await allOrFirstFailure<unknown>([
    // Hashes of other algorithms are made in a second pass.
    staged.commit(digest, algorithmOf(digest) === 'sha256'),
    context.installer.installLayer(
      layer.chainId,
      lease,
      async () => await draft?.commit(layer.chainId, result.usage),
    ),
  ]);
}

/** Both digests. Fails with content.digest-mismatch, or with what is wrong with the layer. */
async function identify(staged: StagedBlob, digest: Digest): Promise<UnpackResult> {
  let result: UnpackResult;
  try {
    result = await staged.identify();
  } catch (error) {
    if (!isEngineError(error, 'common.cancelled') && !isEngineError(error, 'common.no-space')) {
      // Wrong bytes or a wrong image: the digest tells.
      await staged.commit(digest, false);
    }
    throw error;
  }
  if (algorithmOf(digest) === 'sha256' && result.digest !== digest) {
    staged.discard();
    throw engineError('content.digest-mismatch', { expected: digest, actual: result.digest });
  }
  return result;
}
