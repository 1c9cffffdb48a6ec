import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import { familiarString, type Platform, parseReference } from '@berth/oci';
import { ArchiveIntake } from './archive/archive-intake.ts';
import { ArchiveLoader, type LoadedImage } from './archive/archive-loader.ts';
import { LayerProgress } from './archive/layer-progress.ts';
import { loadDockerArchive } from './archive/load-docker-archive.ts';
import { loadOciLayout } from './archive/load-oci-layout.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { explainNoSpace } from './explain-no-space.ts';
import { type ImageContext, publishImageEvent } from './image-context.ts';
import { labelsOf } from './image-labels.ts';
import type { ProgressSink } from './image-service.ts';
import type { Lease } from './leases.ts';

export interface LoadOptions {
  readonly quiet?: boolean;
  readonly platforms?: readonly Platform[];
  readonly signal?: AbortSignal;
}

/**
 * Loads all images of an archive or, if anything is wrong with it, none. Names appear in one step, after
 * everything they need is stored and unpacked.
 */
export async function loadImages(
  context: ImageContext,
  source: Readable,
  options: LoadOptions,
  progress: ProgressSink,
): Promise<void> {
  // A client may go away before the first byte is asked for; the read then fails and reports it.
  source.on('error', () => {});
  using lease = context.leases.open();
  let loaded: LoadedImage[];
  try {
    loaded = await readArchive(context, source, lease, { ...options, progress });
  } catch (error) {
    lease[Symbol.dispose]();
    await context.collector.collect();
    throw await explainNoSpace(context, error, { what: 'loading images' });
  }
  const now = context.clock.now();
  const assignments = loaded.flatMap(({ target, names }) =>
    names.map((name) => ({ name, target })),
  );
  const renamed = context.records.assign(assignments, now);
  for (const { target } of loaded) context.records.keepDangling(target, now);
  await context.index.publish();
  for (const [name, old] of renamed) {
    progress({
      stream: `The image ${familiar(name)} already exists, renaming the old one with ID ${old.digest} to empty string\n`,
    });
  }
  for (const { target, names } of loaded) {
    for (const name of names) progress({ stream: `Loaded image: ${familiar(name)}\n` });
    if (names.length === 0) progress({ stream: `Loaded image ID: ${target.digest}\n` });
    const labels = await labelsOf(context, target);
    publishImageEvent(context, { action: 'load', id: target.digest, labels });
  }
}

async function readArchive(
  context: ImageContext,
  source: Readable,
  lease: Lease,
  options: LoadOptions & { readonly progress: ProgressSink },
): Promise<LoadedImage[]> {
  const abort = new AbortController();
  const signal =
    options.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, options.signal]);
  // A client that stalls is not waited for.
  const stop = () => source.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  const layers = new LayerProgress(options.quiet === true ? undefined : options.progress);
  await using intake = new ArchiveIntake(
    {
      ...context,
      signal,
      limit: new ConcurrencyLimit(availableParallelism()),
      onProgress: (name, bytes, total) => layers.reached(name, bytes, total),
    },
    lease,
    context.installer.independent,
  );
  try {
    const members = await intake.read(source);
    const platforms = options.platforms ?? [];
    const loader = new ArchiveLoader({ members, context, lease, platforms, signal });
    if (members.find('index.json') !== undefined) return await loadOciLayout(loader);
    if (members.find('manifest.json') !== undefined) return await loadDockerArchive(loader);
    throw engineError('images.not-an-archive', {});
  } catch (error) {
    // Work on layers must end before their files are removed.
    abort.abort();
    if (options.signal?.aborted === true) {
      throw engineError('common.cancelled', { what: 'loading images' }, { cause: error });
    }
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function familiar(name: string): string {
  return familiarString(parseReference(name));
}
