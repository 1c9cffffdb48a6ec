import { engineError } from '@berth/errors';
import {
  type Descriptor,
  type Digest,
  familiarName,
  familiarString,
  formatReference,
  parseReference,
  type Reference,
  referenceWithTag,
  repositoryOf,
} from '@berth/oci';
import type { RemoteRepository } from '@berth/registry-client';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { type ImageContext, publishImageEvent } from '../image-context.ts';
import { labelsOf } from '../image-labels.ts';
import { isDangling } from '../image-record.ts';
import type { ProgressSink, PushRequest } from '../image-service.ts';
import { blobKey } from '../lease-key.ts';
import { choosePush, type PushCandidate } from './choose-push.ts';
import { mountSources } from './mount-sources.ts';
import { pushBlobs } from './push-blobs.ts';
import { type PushPlan, planPush } from './push-plan.ts';

/** One name of an image on its way. */
interface TagPush {
  readonly context: ImageContext;
  readonly request: PushRequest;
  readonly repository: RemoteRepository;
  readonly mountFrom: ReadonlyMap<Digest, readonly Reference[]>;
  readonly slots: ConcurrencyLimit;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Pushes a tag, or all tags of a repository, one after the other. */
export async function pushImage(
  context: ImageContext,
  request: PushRequest,
  progress: ProgressSink,
): Promise<void> {
  const parsed = parseReference(request.reference);
  const { tag = '', auth } = request;
  const repository = repositoryOf(parsed);
  const reference = tag === '' ? repository : referenceWithTag(familiarName(repository), tag);
  if (reference.digest !== undefined) throw engineError('images.push-digest', {});
  const tagged = taggedReferences(context, reference);
  const signal = request.signal ?? new AbortController().signal;
  const access = { access: 'push', ...(auth === undefined ? {} : { auth }) } as const;
  const push: TagPush = {
    ...{ context, request, progress, signal },
    repository: context.registry.repository(reference, access),
    mountFrom: await mountSources(context, reference),
    slots: new ConcurrencyLimit(context.transferLimits().uploads),
  };
  progress({ status: `The push refers to repository [${formatReference(repository)}]` });
  try {
    for (const one of tagged) await pushTag(push, one);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw engineError('common.cancelled', { what: 'pushing an image' }, { cause: error });
  }
}

/** The names to push. Fails with images.tag-missing or images.no-tags-to-push. */
function taggedReferences(context: ImageContext, wanted: Reference): Reference[] {
  const known = context.records
    .all()
    .filter((record) => !isDangling(record))
    .map(({ name }) => parseReference(name))
    .filter(
      ({ domain, path, tag }) =>
        domain === wanted.domain && path === wanted.path && tag !== undefined,
    );
  if (known.length === 0) {
    throw engineError('images.no-tags-to-push', { repository: familiarName(wanted) });
  }
  if (wanted.tag === undefined) {
    return known.sort((a, b) => (formatReference(a) < formatReference(b) ? -1 : 1));
  }
  if (context.records.get(formatReference(wanted)) === undefined) {
    throw engineError('images.tag-missing', { image: familiarString(wanted) });
  }
  return [wanted];
}

async function pushTag(push: TagPush, reference: Reference): Promise<void> {
  const { context, progress } = push;
  const name = familiarString(reference);
  using lease = context.leases.open();
  // Between the choice of names and now the name may have gone.
  const target = context.records.get(formatReference(reference))?.target;
  if (target === undefined) throw engineError('images.tag-missing', { image: name });
  for (const { digest } of await context.graph.blobs(target)) await lease.hold(blobKey(digest));
  const top = await topToPush(push, target, name);
  const plan = await planPush(context, top);
  await checkAbsent(push, plan, name);
  await pushBlobs({ ...push, name }, plan.blobs);
  await pushDocuments(push, plan, reference.tag!);
  const { tag } = reference;
  const { digest, size } = top;
  progress({ status: `${tag}: digest: ${digest} size: ${size}` });
  progress({ aux: { Tag: tag, Digest: digest, Size: size } });
  if (digest !== target.digest && push.request.platform === undefined) {
    progress({
      aux: { manifestPushedInsteadOfIndex: true, originalIndex: target, selectedManifest: top },
    });
  }
  const labels = await labelsOf(context, target);
  publishImageEvent(context, {
    action: 'push',
    id: name,
    name: familiarName(reference),
    labels,
  });
}

async function topToPush(push: TagPush, target: Descriptor, name: string): Promise<Descriptor> {
  const { context, request } = push;
  const choice = choosePush(target, await candidatesOf(context, target), request.platform);
  if (choice.kind === 'platform') return choice.descriptor;
  if (choice.kind === 'target') return target;
  throw engineError('images.platform-missing', { image: name, wanted: choice.wanted });
}

async function candidatesOf(context: ImageContext, target: Descriptor): Promise<PushCandidate[]> {
  const entries = await context.graph.manifests(target);
  return await Promise.all(
    entries.map(async ({ descriptor, kind, manifest, image }) => {
      const blobs = manifest === undefined ? [] : [manifest.config, ...manifest.layers];
      const there = await Promise.all(blobs.map(({ digest }) => context.content.has(digest)));
      const platform = image?.platform ?? descriptor.platform;
      return {
        ...{ descriptor, kind },
        present: manifest !== undefined && there.every(Boolean),
        ...(platform === undefined ? {} : { platform }),
      };
    }),
  );
}

/** What is not here must be in the registry already, else an index there would be broken. */
async function checkAbsent(push: TagPush, plan: PushPlan, name: string): Promise<void> {
  const { repository, progress, signal } = push;
  for (const descriptor of plan.absent) {
    try {
      await repository.resolve(descriptor.digest, { signal });
    } catch (cause) {
      signal.throwIfAborted();
      progress({ aux: { contentMissing: true, desc: descriptor } });
      const { digest } = descriptor;
      throw engineError('images.push-incomplete', { digest, image: name }, { cause });
    }
  }
}

/** Manifests go by digest before the index that refers to them; the top gets the tag. */
async function pushDocuments(push: TagPush, plan: PushPlan, tag: string): Promise<void> {
  const { context, repository, signal } = push;
  for (const [index, { digest, mediaType }] of plan.documents.entries()) {
    const bytes = await context.content.readAll(digest);
    const name = index === plan.documents.length - 1 ? tag : digest;
    await repository.putManifest(name, mediaType, bytes, { signal });
  }
}
