import type { Readable } from 'node:stream';
import type { ContainerConfig } from '@berth/engine-api';
import { engineError, isEngineError } from '@berth/errors';
import { type Digest, familiarString, parseReference, withDefaultTag } from '@berth/oci';
import { commitConfig } from './commit-config.ts';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { pauseInQueue, thawInQueue } from './container-pause.ts';

export interface CommitOptions {
  /** Instead of the container's own configuration. */
  readonly config?: ContainerConfig;
  /** Dockerfile-style instructions. */
  readonly changes?: readonly string[];
  readonly author?: string;
  readonly comment?: string;
  /** `name[:tag]`; absent for an untagged image. */
  readonly reference?: string;
  /** Freeze a running container meanwhile, so that its files are of one moment. */
  readonly pause: boolean;
  readonly signal?: AbortSignal;
}

/** Makes an image of the container's image and what the container changed, volumes and mounts left out. */
export async function commitContainer(
  context: ContainerContext,
  name: string,
  options: CommitOptions,
): Promise<Digest> {
  const entry = context.store.find(name);
  requireCommittable(entry);
  const { config: given, changes = [], reference, author, comment = '', signal } = options;
  const { image, config: own } = entry.record;
  const config = commitConfig(own, given, changes);
  const imageRef =
    reference === undefined ? '' : familiarString(withDefaultTag(parseReference(reference)));
  const commit = async (diff: Readable): Promise<Digest> => {
    const id = await context.images.commit({
      ...{ diff, config, comment, base: image.manifest, baseName: image.name },
      createdBy: (own.Cmd ?? []).join(' '),
      ...(author === undefined ? {} : { author }),
      ...(reference === undefined ? {} : { reference }),
      ...(signal === undefined ? {} : { signal }),
    });
    context.faultPoint('commit.recorded');
    publishContainerEvent(context, entry.record, 'commit', { comment, imageID: id, imageRef });
    return id;
  };
  return await whilePaused(context, entry, options.pause, () =>
    withDiff(context, entry, signal, commit),
  );
}

/** Runs `use` with the layer of the container's changes. Removing the container cuts it off. */
async function withDiff<T>(
  context: ContainerContext,
  entry: ContainerEntry,
  signal: AbortSignal | undefined,
  use: (diff: Readable) => Promise<T>,
): Promise<T> {
  const diff = await context.snapshotter.diff(entry.id, signal === undefined ? {} : { signal });
  const cutOff = (): void => {
    diff.destroy(engineError('containers.commit-cut-off', { id: entry.id }));
  };
  entry.exports.add(cutOff);
  try {
    if (entry.gone) cutOff();
    return await use(diff);
  } finally {
    entry.exports.delete(cutOff);
    diff.destroy();
  }
}

/**
 * Pauses a running container for the time of `action`; the last of several commits lets it go on. One that cannot
 * be paused, because it ended or somebody else paused it, is taken as it is.
 */
async function whilePaused<T>(
  context: ContainerContext,
  entry: ContainerEntry,
  pause: boolean,
  action: () => Promise<T>,
): Promise<T> {
  if (!pause) return await action();
  entry.pausingCommits++;
  try {
    await entry.queue.run(async () => {
      if (entry.state !== 'running') return;
      await pauseInQueue(context, entry, 'commit').catch((error: unknown) => {
        if (!isEngineError(error)) throw error;
        context.reportError(error, `pausing container ${entry.id} for a commit`);
      });
    });
    context.faultPoint('commit.paused');
    return await action();
  } finally {
    entry.pausingCommits--;
    await entry.queue.run(async () => {
      const ours = entry.facts.paused === true && entry.facts.pausedFor === 'commit';
      if (ours && entry.pausingCommits === 0) await thawInQueue(context, entry);
    });
  }
}

function requireCommittable({ id, state, gone }: ContainerEntry): void {
  if (gone || state === 'removing') throw engineError('containers.commit-removing', { id });
  if (state === 'dead') throw engineError('containers.commit-dead', { id });
}
