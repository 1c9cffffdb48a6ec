import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '@berth/errors';
import { AnswerFailure } from './answer-failure.ts';
import type { RetryNotice } from './registry-client.ts';

export interface RetryOptions {
  /** All attempts, the first included; at least 1. */
  readonly attempts: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: ((retry: RetryNotice) => void) | undefined;
  readonly pause: Pause;
}

/** Waits; passed in so that tests need not. Rejects with the signal's reason. */
export type Pause = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

const firstDelay = 500;
const longestDelay = 15_000;
/** A registry that wants a longer wait is not waited for: the user is told instead. */
const longestRetryAfter = 60_000;

const transientStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
const transientCodes = new Set<string>([
  'registry.connection-lost',
  'registry.timeout',
  'registry.digest-mismatch',
  'registry.size-mismatch',
  'registry.invalid-answer',
]);

/** True when the same request may do better later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof AnswerFailure) {
    if (!transientStatuses.has(error.status)) return false;
    return (error.retryAfterMilliseconds ?? 0) <= longestRetryAfter;
  }
  return error instanceof EngineError && transientCodes.has(error.code);
}

/**
 * The wait before attempt `attempt` + 1 (1 is the first): what the registry asks for, else doubling from half a second,
 * each time between half and the whole of it so that clients do not come back together.
 */
export function retryDelay(error: unknown, attempt: number, random: number): number {
  if (error instanceof AnswerFailure && error.retryAfterMilliseconds !== undefined) {
    return error.retryAfterMilliseconds;
  }
  const whole = Math.min(longestDelay, firstDelay * 2 ** (attempt - 1));
  return Math.round(whole * (0.5 + random / 2));
}

/** Waits as `retryDelay` says after telling about it. */
export async function pauseBeforeRetry(
  error: Error,
  attempt: number,
  { onRetry, pause, signal }: RetryOptions,
): Promise<void> {
  const delayMilliseconds = retryDelay(error, attempt, Math.random());
  onRetry?.({ attempt, delayMilliseconds, error });
  await pause(delayMilliseconds, signal);
}

/** Runs `action` until it succeeds, fails for good, or has been tried often enough. */
export async function withRetries<T>(
  options: RetryOptions,
  action: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isTransient(error) || attempt >= options.attempts) throw error;
      await pauseBeforeRetry(error as Error, attempt, options);
    }
  }
}

export const realPause: Pause = async (milliseconds, signal) => {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
