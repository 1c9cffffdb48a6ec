import { engineError } from '@berth/errors';
import { type Descriptor, type Digest, isConfigType, type Reference } from '@berth/oci';
import type { RemoteRepository, UploadOutcome } from '@berth/registry-client';
import type { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { ImageContext } from '../image-context.ts';
import type { ProgressSink } from '../image-service.ts';
import { allOrFirstFailure } from '../layer-installer.ts';
import { retryText } from '../pull/layer-download.ts';
import { TransferLine, type TransferState } from '../pull/transfer-line.ts';

export interface BlobPush {
  readonly context: ImageContext;
  readonly repository: RemoteRepository;
  /** As the user knows the image. */
  readonly name: string;
  readonly mountFrom: ReadonlyMap<Digest, readonly Reference[]>;
  readonly slots: ConcurrencyLimit;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Brings blobs to the registry side by side. A line of progress for each layer; none for configurations. */
export async function pushBlobs(push: BlobPush, blobs: readonly Descriptor[]): Promise<void> {
  const abort = new AbortController();
  const signal = AbortSignal.any([push.signal, abort.signal]);
  const lines = blobs.map(({ digest, mediaType }) => {
    if (isConfigType(mediaType)) return () => {};
    const line = new TransferLine(digest, push.progress);
    return (state: TransferState) => line.show(state);
  });
  for (const show of lines) show({ status: 'Preparing' });
  const uploads = blobs.map((blob, index) => {
    const show = lines[index]!;
    if (push.slots.full) show({ status: 'Waiting' });
    const pushed = push.slots.run(() => pushBlob({ ...push, signal }, blob, show));
    pushed.catch((error: unknown) => abort.abort(error));
    return pushed;
  });
  try {
    await allOrFirstFailure(uploads);
  } catch (error) {
    push.signal.throwIfAborted();
    throw abort.signal.reason ?? error;
  }
}

async function pushBlob(
  push: BlobPush,
  blob: Descriptor,
  show: (state: TransferState) => void,
): Promise<void> {
  const { context, repository, signal } = push;
  const { digest, size } = blob;
  signal.throwIfAborted();
  if (!(await context.content.has(digest))) {
    if (!(await repository.hasBlob(digest, { signal }))) {
      throw engineError('images.push-incomplete', { digest, image: push.name });
    }
    show({ status: 'Layer already exists' });
    return;
  }
  const source = (offset: number) =>
    context.content.read(digest, offset === 0 ? undefined : [offset, size - 1]);
  const outcome = await repository.uploadBlob(blob, source, {
    mountFrom: push.mountFrom.get(digest) ?? [],
    signal,
    onProgress: (current) => show({ status: 'Pushing', current, total: size }),
    onRetry: ({ delayMilliseconds }) => show({ status: retryText(delayMilliseconds) }),
  });
  show({ status: outcomeText(outcome) });
}

function outcomeText(outcome: UploadOutcome): string {
  switch (outcome.kind) {
    case 'exists':
      return 'Layer already exists';
    case 'mounted':
      return `Mounted from ${outcome.from.path}`;
    case 'uploaded':
      return 'Pushed';
  }
}
