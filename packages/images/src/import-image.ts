import { addAbortSignal } from 'node:stream';
import { engineError } from '@berth/errors';
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  type ImageRunConfig,
  type Platform,
  parsePlatform,
} from '@berth/oci';
import type { UnpackResult } from '@berth/snapshots';
import { applyChanges } from './changes/apply-changes.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { explainNoSpace } from './explain-no-space.ts';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import type { ImportRequest, ProgressSink } from './image-service.ts';
import { allOrFirstFailure } from './layer-installer.ts';
import { ociLayerType } from './layer-types.ts';
import { blobKey, layerKey } from './lease-key.ts';
import type { Lease } from './leases.ts';
import { newImageName } from './new-image-name.ts';
import { openRemoteTar } from './remote-tar.ts';
import { StagedBlob } from './staged-blob.ts';
import { storable } from './storable-layer.ts';
import { StoredDocuments } from './stored-documents.ts';

/** What of a request can be refused before its first byte. */
interface CheckedRequest {
  readonly name: string | undefined;
  readonly platform: Platform;
  readonly runConfig: ImageRunConfig;
}

/**
 * Makes an image with one layer from the tar of a root file system. The tar is stored as it came, or with
 * gzip when it came with a compression that no layer has.
 * Whatever can be refused is refused before the first byte.
 */
export async function importImage(
  context: ImageContext,
  request: ImportRequest,
  progress: ProgressSink,
): Promise<Digest> {
  // A client may go away before the first byte is asked for; the read then fails and reports it.
  if (!(request.source instanceof URL)) request.source.on('error', () => {});
  const checked = checkRequest(context, request);
  const { name, runConfig } = checked;
  const now = context.clock.now();
  let target: Descriptor;
  using lease = context.leases.open();
  try {
    const layer = await importLayer(context, request, { lease, progress });
    context.faultPoint('image.layer');
    target = await storeDocuments(context, { request, checked, layer, lease, now });
    context.faultPoint('image.documents');
    if (name === undefined) context.records.keepDangling(target, now);
    else context.records.assign([{ name, target }], now);
  } catch (error) {
    lease[Symbol.dispose]();
    await context.collector.collect();
    if (request.signal?.aborted !== true) {
      throw await explainNoSpace(context, error, { what: 'importing an image' });
    }
    throw engineError('common.cancelled', { what: 'importing an image' }, { cause: error });
  }
  context.faultPoint('image.recorded');
  await context.index.publish();
  const labels = runConfig.Labels ?? {};
  publishImageEvent(context, { action: 'import', id: target.digest, labels });
  progress({ status: target.digest });
  return target.digest;
}

function checkRequest(context: ImageContext, request: ImportRequest): CheckedRequest {
  const { hostPlatform } = context;
  const { reference = '', platform = '', changes = [] } = request;
  return {
    name: reference === '' ? undefined : newImageName(reference),
    platform: platform === '' ? hostPlatform : parsePlatform(platform, hostPlatform),
    runConfig: applyChanges({}, changes),
  };
}

async function storeDocuments(
  context: ImageContext,
  parts: {
    readonly request: ImportRequest;
    readonly checked: CheckedRequest;
    readonly layer: UnpackResult;
    readonly lease: Lease;
    readonly now: number;
  },
): Promise<Descriptor> {
  const { request, checked, layer, lease, now } = parts;
  const { message: comment = '' } = request;
  const created = new Date(now).toISOString();
  const config: ImageConfig = {
    created,
    ...checked.platform,
    config: checked.runConfig,
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created, ...(comment === '' ? {} : { comment }) }],
  };
  const { digest, size, compression } = layer;
  const documents = new StoredDocuments(context.content, lease);
  return await documents.putImage(config, [{ mediaType: ociLayerType(compression), digest, size }]);
}

/** Takes the tar in; it is hashed and unpacked while it comes. */
async function importLayer(
  context: ImageContext,
  request: ImportRequest,
  { lease, progress }: { readonly lease: Lease; readonly progress: ProgressSink },
): Promise<UnpackResult> {
  const signal = request.signal ?? new AbortController().signal;
  const tar =
    request.source instanceof URL
      ? await openRemoteTar(context, request.source, { signal, progress })
      : request.source;
  await using staged = await StagedBlob.create('the import', {
    ...context,
    limit: new ConcurrencyLimit(1),
    signal,
  });
  staged.beginUnpack();
  const source = addAbortSignal(signal, tar);
  for await (const chunk of storable(source, context.transfer)) await staged.write(chunk);
  await staged.finish();
  if (staged.size === 0) throw engineError('images.empty-import', {});
  const result = await staged.identify();
  await lease.hold(blobKey(result.digest));
  await lease.hold(layerKey(result.diffId));
  await using draft = staged.takeDraft()!;
  await allOrFirstFailure<unknown>([
    staged.commit(result.digest, true),
    draft.commit(result.diffId, result.usage),
  ]);
  return result;
}
