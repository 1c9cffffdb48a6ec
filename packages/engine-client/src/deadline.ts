import { engineError } from '@berth/errors';

export interface Limits {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
}

/**
 * Does `work` within the limits: it gets a signal that is aborted by the caller's and, until it is done, by
 * the time limit (with client.timeout).
 */
export async function withDeadline<T>(
  host: string,
  { signal, timeout }: Limits,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (timeout === undefined) return work(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(engineError('client.timeout', { host, seconds: timeout / 1000 }));
  }, timeout);
  try {
    const signals = signal === undefined ? [limit.signal] : [signal, limit.signal];
    return await work(AbortSignal.any(signals));
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for what others wait for too: an abort ends the waiting, not the work. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
