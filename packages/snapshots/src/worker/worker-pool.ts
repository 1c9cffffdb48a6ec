import { availableParallelism } from 'node:os';
import type { JobKind, JobReplies, RequestOf } from './protocol.ts';
import { type JobEvents, type RunningJob, WorkerThread } from './worker-thread.ts';

export interface WorkerPoolOptions {
  /** Threads at most; one per core unless given. */
  readonly size?: number;
  /** A thread without work ends after this time. */
  readonly idleMilliseconds?: number;
}

/**
 * Threads for work on file trees. They start with the first job and end when idle, so that an idle
 * daemon pays nothing. A thread runs several jobs in turns: a job that waits for a slow client or
 * registry occupies no core and delays nobody.
 */
export class WorkerPool implements AsyncDisposable {
  readonly #size: number;
  readonly #idleMilliseconds: number;
  readonly #threads = new Set<WorkerThread>();
  #nextId = 1;
  #closed = false;

  constructor(options: WorkerPoolOptions = {}) {
    this.#size = options.size ?? Math.max(2, availableParallelism());
    this.#idleMilliseconds = options.idleMilliseconds ?? 5000;
  }

  /** Threads that are alive. */
  get threads(): number {
    return this.#threads.size;
  }

  /** Starts a job; `signal` aborts it, and then its result fails with common.cancelled. */
  start<Kind extends JobKind>(
    request: RequestOf<Kind>,
    events: JobEvents = {},
    signal?: AbortSignal,
  ): RunningJob<Kind> {
    if (this.#closed) throw new Error('the worker pool is closed');
    return this.#pick().start(this.#nextId++, request, events, signal);
  }

  run<Kind extends JobKind>(
    request: RequestOf<Kind>,
    signal?: AbortSignal,
  ): Promise<JobReplies[Kind]> {
    return this.start(request, {}, signal).result;
  }

  /** Ends all threads; jobs that still run are aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  /** The thread with the least work, or a new one while all are busy and there may be more. */
  #pick(): WorkerThread {
    let best: WorkerThread | undefined;
    for (const thread of this.#threads) {
      if (best === undefined || thread.load < best.load) best = thread;
    }
    if (best !== undefined && (best.load === 0 || this.#threads.size >= this.#size)) return best;
    const thread = new WorkerThread(this.#idleMilliseconds, () => this.#threads.delete(thread));
    this.#threads.add(thread);
    return thread;
  }
}
