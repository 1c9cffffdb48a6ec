import type { ContainerWaitResponse } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry, EndEvent } from './container-entry.ts';
import type { WaitCondition } from './container-service.ts';

const awaitedEvent: Readonly<Record<WaitCondition, EndEvent>> = {
  'not-running': 'stopped',
  'next-exit': 'exit',
  removed: 'removed',
};

/** Registers the wait before it returns. The result rejects with common.cancelled when `signal` aborts. */
export function waitForContainer(
  context: ContainerContext,
  name: string,
  condition: WaitCondition,
  signal?: AbortSignal,
): { readonly result: Promise<ContainerWaitResponse> } {
  const event = awaitedEvent[condition];
  if (event === undefined) throw engineError('containers.invalid-condition', { condition });
  const entry = context.store.find(name);
  const stopped = !entry.running && entry.state !== 'restarting';
  if (condition === 'not-running' && stopped) {
    return { result: Promise.resolve({ StatusCode: entry.facts.exitCode }) };
  }
  return { result: nextEnd(entry, event, signal) };
}

/** The next `event` of the container, or its removal. */
function nextEnd(
  entry: ContainerEntry,
  event: EndEvent,
  signal: AbortSignal | undefined,
): Promise<ContainerWaitResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ContainerWaitResponse>();
  const stopListening = entry.onEnd((happened, { exitCode, error }) => {
    if (happened !== event && happened !== 'removed') return;
    finish();
    resolve({ StatusCode: exitCode, ...(error === '' ? {} : { Error: { Message: error } }) });
  });
  const abort = () => {
    finish();
    reject(engineError('common.cancelled', { what: `waiting for container ${entry.name}` }));
  };
  const finish = () => {
    stopListening();
    signal?.removeEventListener('abort', abort);
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  return promise;
}
