import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerStatsResponse } from '@berth/engine-api';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { systemTimes, takeSample, withPrevious } from './stats-sample.ts';

/** Between the two looks of an answer that is not streamed, in milliseconds. */
const apart = 1000;

/** One answer. Unless `oneShot`, it takes a second, so that the use of CPU can be told. */
export async function measureOnce(
  context: ContainerContext,
  name: string,
  options: { readonly oneShot: boolean; readonly signal?: AbortSignal },
): Promise<ContainerStatsResponse> {
  const entry = context.store.find(name);
  const look = () => takeSample(context, entry, systemTimes(context));
  const first = look();
  if (options.oneShot || !entry.running) return first;
  await delay(apart, undefined, {
    ref: false,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return withPrevious(look(), first);
}

/** An answer each second until the container is removed or `signal` aborts. A slow reader misses some. */
export function streamStats(
  context: ContainerContext,
  name: string,
  signal: AbortSignal,
): AsyncIterable<ContainerStatsResponse> {
  return samplesOf(context, context.store.find(name), signal);
}

async function* samplesOf(
  context: ContainerContext,
  entry: ContainerEntry,
  signal: AbortSignal,
): AsyncGenerator<ContainerStatsResponse> {
  let newest: ContainerStatsResponse | undefined;
  let wake = (): void => undefined;
  const unwatch = context.stats.watch(entry, (sample) => {
    newest = sample;
    wake();
  });
  let ended = signal.aborted || entry.gone;
  const end = (): void => {
    ended = true;
    wake();
  };
  const unlisten = entry.onEnd((event) => event === 'removed' && end());
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!ended) {
      const sample = newest;
      newest = undefined;
      if (sample !== undefined) yield sample;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    unwatch();
    unlisten();
    signal.removeEventListener('abort', end);
  }
}
