import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { engineError } from '@berth/errors';
import {
  chainIds,
  type Descriptor,
  type Digest,
  familiarString,
  type ImageConfig,
  type ImageManifest,
  parseReference,
} from '@berth/oci';
import type { UnpackResult } from '@berth/snapshots';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { explainNoSpace } from './explain-no-space.ts';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import type { CommitRequest } from './image-service.ts';
import { asOciLayerType, ociLayerType } from './layer-types.ts';
import { blobKey } from './lease-key.ts';
import type { Lease } from './leases.ts';
import { newImageName } from './new-image-name.ts';
import { StagedBlob } from './staged-blob.ts';
import { gzipOptions } from './storable-layer.ts';
import { StoredDocuments } from './stored-documents.ts';

/** Digest of a tar with no entries: such a layer is left out and its step marked as empty. */
const emptyTar = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

interface Base {
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

/**
 * Makes an image of a base image and one layer, which is compressed, stored and unpacked while it comes.
 * All or nothing.
 */
export async function commitImage(context: ImageContext, request: CommitRequest): Promise<Digest> {
  const { diff, reference = '' } = request;
  diff.on('error', () => {});
  const now = context.clock.now();
  using lease = context.leases.open();
  let target: Descriptor;
  let name: string | undefined;
  try {
    name = reference === '' ? undefined : newImageName(reference);
    const base = await readBase(context, request, lease);
    const layer = await storeLayer(context, request, base, lease);
    target = await storeDocuments(context, { request, base, layer, lease, now });
    if (name === undefined) context.records.keepDangling(target, now);
    else context.records.assign([{ name, target }], now);
  } catch (error) {
    lease[Symbol.dispose]();
    await context.collector.collect();
    if (request.signal?.aborted !== true) {
      throw await explainNoSpace(context, error, { what: 'committing a container' });
    }
    throw engineError('common.cancelled', { what: 'committing a container' }, { cause: error });
  } finally {
    diff.destroy();
  }
  await context.index.publish();
  const about = { id: target.digest, labels: request.config.Labels ?? {} };
  publishImageEvent(context, { action: 'create', ...about });
  if (name !== undefined) {
    const familiar = familiarString(parseReference(name));
    publishImageEvent(context, { action: 'tag', ...about, name: familiar });
  }
  return target.digest;
}

async function readBase(
  context: ImageContext,
  request: CommitRequest,
  lease: Lease,
): Promise<Base> {
  const { base, baseName } = request;
  await lease.hold(blobKey(base.digest));
  for (const { digest } of await context.graph.blobs(base)) await lease.hold(blobKey(digest));
  const manifest = await context.graph.manifest(base.digest);
  const config =
    manifest === undefined ? undefined : await context.graph.config(manifest.config.digest);
  if (manifest !== undefined && config !== undefined) return { manifest, config };
  throw engineError('images.base-missing', { image: baseName, digest: base.digest });
}

async function storeLayer(
  context: ImageContext,
  request: CommitRequest,
  { config }: Base,
  lease: Lease,
): Promise<UnpackResult> {
  const signal = request.signal ?? new AbortController().signal;
  await using staged = await StagedBlob.create('the commit', {
    ...context,
    limit: new ConcurrencyLimit(1),
    signal,
  });
  if (context.installer.independent) staged.beginUnpack();
  await pipeline(
    request.diff,
    createGzip(gzipOptions),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await staged.write(chunk);
    },
    { signal },
  );
  await staged.finish();
  const result = await staged.identify();
  if (result.diffId === emptyTar) return result;
  await lease.hold(blobKey(result.digest));
  await staged.commit(result.digest, true);
  await installLayer(context, { staged, result, below: config.rootfs.diff_ids, lease, signal });
  return result;
}

async function installLayer(
  context: ImageContext,
  layer: {
    readonly staged: StagedBlob;
    readonly result: UnpackResult;
    readonly below: readonly Digest[];
    readonly lease: Lease;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { staged, result, below, lease, signal } = layer;
  const { digest, size, compression, diffId, usage } = result;
  const chain = chainIds([...below, diffId]);
  const chainId = chain.at(-1)!;
  await context.installer.installLayer(chainId, lease, async () => {
    const draft = staged.takeDraft();
    if (draft !== undefined) {
      await using unpacked = draft;
      return await unpacked.commit(chainId, usage);
    }
    await context.installer.unpackBlob({
      layer: { mediaType: ociLayerType(compression), digest, size },
      ...{ chainId, parent: chain.at(-2), diffId, lease, signal },
    });
  });
}

async function storeDocuments(
  context: ImageContext,
  parts: {
    readonly request: CommitRequest;
    readonly base: Base;
    readonly layer: UnpackResult;
    readonly lease: Lease;
    readonly now: number;
  },
): Promise<Descriptor> {
  const { request, base, layer, lease, now } = parts;
  const { comment = '', createdBy } = request;
  const author = request.author || (base.config.author ?? '');
  const created = new Date(now).toISOString();
  const empty = layer.diffId === emptyTar;
  const diffIds = base.config.rootfs.diff_ids;
  const step = {
    created,
    ...(createdBy === '' ? {} : { created_by: createdBy }),
    ...(author === '' ? {} : { author }),
    ...(comment === '' ? {} : { comment }),
    ...(empty ? { empty_layer: true } : {}),
  };
  const { author: _, ...rest } = base.config;
  const config: ImageConfig = {
    ...rest,
    created,
    ...(author === '' ? {} : { author }),
    config: request.config,
    rootfs: { type: 'layers', diff_ids: empty ? diffIds : [...diffIds, layer.diffId] },
    history: [...(base.config.history ?? []), step],
  };
  const below = base.manifest.layers.map((each) => ({
    ...each,
    mediaType: asOciLayerType(each.mediaType),
  }));
  const { digest, size, compression } = layer;
  const own = empty ? [] : [{ mediaType: ociLayerType(compression), digest, size }];
  const documents = new StoredDocuments(context.content, lease);
  return await documents.putImage(config, [...below, ...own]);
}
