import { engineError } from '@berth/errors';
import {
  type Descriptor,
  familiarName,
  familiarString,
  formatReference,
  type Platform,
  parsePlatform,
  parseReference,
  type Reference,
  referenceWithTag,
  repositoryOf,
} from '@berth/oci';
import type { RemoteRepository } from '@berth/registry-client';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { explainNoSpace } from '../explain-no-space.ts';
import { type ImageContext, publishImageEvent } from '../image-context.ts';
import { labelsOf } from '../image-labels.ts';
import type { ProgressSink, PullRequest } from '../image-service.ts';
import { pullLayers } from './pull-layer.ts';
import { RemoteImage } from './remote-image.ts';

/** What the pulls of all tags of one request share. */
interface Pull {
  readonly context: ImageContext;
  readonly repository: RemoteRepository;
  readonly wanted: Platform | undefined;
  readonly slots: ConcurrencyLimit;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  /** Compressed bytes of the layers of the image at hand. */
  bytes: number;
}

/** What partial blobs of pulls that were given up are kept for, in milliseconds: a day. */
export const partialGrace = 24 * 3600 * 1000;

/** Pulls a tag, a digest, or all tags of a repository, one after the other. */
export async function pullImage(
  context: ImageContext,
  request: PullRequest,
  progress: ProgressSink,
): Promise<void> {
  const reference = requestedReference(request);
  const { platform = '', auth } = request;
  const signal = request.signal ?? new AbortController().signal;
  const pull: Pull = {
    context,
    repository: context.registry.repository(reference, auth === undefined ? {} : { auth }),
    wanted: platform === '' ? undefined : parsePlatform(platform, context.hostPlatform),
    slots: new ConcurrencyLimit(context.transferLimits().downloads),
    progress,
    signal,
    bytes: 0,
  };
  try {
    const changed = await pullAll(pull, reference);
    const text = changed ? 'Downloaded newer image for' : 'Image is up to date for';
    progress({ status: `Status: ${text} ${familiarString(reference)}` });
  } catch (error) {
    await context.collector.collect();
    if (!signal.aborted) {
      throw await explainNoSpace(context, error, {
        what: `pulling ${familiarString(reference)}`,
        atLeast: pull.bytes,
      });
    }
    throw engineError('common.cancelled', { what: 'pulling an image' }, { cause: error });
  } finally {
    await context.content.expirePartials(context.clock.now() - partialGrace);
  }
  publishImageEvent(context, {
    action: 'pull',
    id: familiarString(reference),
    name: familiarName(reference),
    labels: await labelsOfReference(context, reference),
  });
}

function requestedReference({ reference, tag = '' }: PullRequest): Reference {
  const parsed = parseReference(reference);
  if (tag !== '') return withoutTagBesideDigest(referenceWithTag(familiarName(parsed), tag));
  return withoutTagBesideDigest(parsed);
}

/** With a digest the tag says nothing. */
function withoutTagBesideDigest(reference: Reference): Reference {
  const { tag: _tag, ...digested } = reference;
  return reference.digest === undefined ? reference : digested;
}

/** Whether any of the images was not here as it is. */
async function pullAll(pull: Pull, reference: Reference): Promise<boolean> {
  if (reference.tag !== undefined || reference.digest !== undefined) {
    return await pullOne(pull, reference);
  }
  let changed = false;
  for await (const tag of pull.repository.tags({ signal: pull.signal })) {
    const tagged = await pullOne(pull, { ...repositoryOf(reference), tag });
    changed ||= tagged;
  }
  return changed;
}

async function pullOne(pull: Pull, reference: Reference): Promise<boolean> {
  const { context, progress, repository, signal, wanted } = pull;
  const name = formatReference(reference);
  const wantedTag = reference.digest ?? reference.tag!;
  using lease = context.leases.open();
  const remote = new RemoteImage({
    ...{ context, repository, lease, signal },
    name: familiarString(reference),
    ...(wanted === undefined ? {} : { wanted }),
  });
  const target = await remote.target(wantedTag);
  const image = await remote.platform(target);
  progress({ status: `Pulling from ${reference.path}`, id: wantedTag });
  pull.bytes = image.manifest.layers.reduce((sum, { size }) => sum + size, 0);
  const fetched = await pullLayers({ ...pull, lease }, image);
  signal.throwIfAborted();
  const before = context.records.get(name)?.target.digest;
  context.records.assign([{ name, target }], context.clock.now());
  await context.index.publish();
  progress({ status: `Digest: ${target.digest}` });
  return fetched || before !== target.digest;
}

async function labelsOfReference(
  context: ImageContext,
  reference: Reference,
): Promise<Readonly<Record<string, string>>> {
  const target: Descriptor | undefined = context.records.get(formatReference(reference))?.target;
  return target === undefined ? {} : await labelsOf(context, target);
}
