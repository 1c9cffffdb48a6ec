import { Worker } from 'node:worker_threads';
import { engineError } from '@berth/errors';
import { describeJob } from './describe-job.ts';
import { fromWireError } from './job-error.ts';
import type { FromWorker, JobKind, JobReplies, RequestOf, ToWorker } from './protocol.ts';

export interface JobEvents {
  /** Bytes that the job hands over. Answer with `credit` once they are taken. */
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly onProgress?: (bytes: number) => void;
}

/** The main thread's side of a job. */
export interface RunningJob<Kind extends JobKind> {
  readonly result: Promise<JobReplies[Kind]>;
  /**
   * Posts a chunk of the job's source. A copy goes to the thread: handing over the memory itself would
   * empty buffers that somebody else may hold, and saves next to nothing.
   */
  send(chunk: Uint8Array): void;
  end(error?: string): void;
  credit(bytes: number): void;
  abort(): void;
}

interface PendingJob {
  readonly what: string;
  readonly events: JobEvents;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: unknown) => void;
  readonly release: () => void;
  /** Resolves when the job has ended, well or not. */
  readonly settled: Promise<void>;
}

const ignore = () => {};

/** Heap of one thread. Chunks and native decompression state are not part of it. */
const heapMegabytes = 512;

/** When bundled, the worker's own bundle lies beside the one that holds this module. */
const entryPoint = new URL(
  import.meta.url.endsWith('.ts') ? './worker-main.ts' : './snapshots-worker.js',
  import.meta.url,
);

/** One worker thread and its jobs. Keeps the process alive only while it has jobs. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, PendingJob>();
  readonly #idleMilliseconds: number;
  readonly #onEnd: () => void;
  #idleTimer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(idleMilliseconds: number, onEnd: () => void) {
    this.#idleMilliseconds = idleMilliseconds;
    this.#onEnd = onEnd;
    this.#worker = new Worker(entryPoint, {
      name: 'berth-files',
      // Descriptors come from openat2(2) too, which Node does not see.
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#gone(error));
    this.#worker.on('exit', (code) => this.#gone(new Error(`exit code ${code}`)));
  }

  get load(): number {
    return this.#jobs.size;
  }

  start<Kind extends JobKind>(
    id: number,
    request: RequestOf<Kind>,
    events: JobEvents,
    signal: AbortSignal | undefined,
  ): RunningJob<Kind> {
    clearTimeout(this.#idleTimer);
    this.#worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<JobReplies[Kind]>();
    const abort = () => this.#post({ type: 'abort', id });
    const release = () => signal?.removeEventListener('abort', abort);
    const { what } = describeJob(request);
    const settled = promise.then(ignore, ignore);
    this.#jobs.set(id, { what, events, resolve, reject, release, settled });
    this.#post({ type: 'start', id, request });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    return {
      result: promise,
      send: (chunk) => this.#send(id, chunk),
      end: (error) => this.#post({ type: 'end', id, ...(error === undefined ? {} : { error }) }),
      credit: (bytes) => this.#post({ type: 'credit', id, bytes }),
      abort,
    };
  }

  /** Aborts what still runs, so that every descriptor is closed, and ends the thread. */
  async end(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const id of this.#jobs.keys()) this.#post({ type: 'abort', id });
    await Promise.all(jobs.map(({ settled }) => settled));
    await this.#worker.terminate();
  }

  #send(id: number, chunk: Uint8Array): void {
    const copy = new Uint8Array(chunk);
    this.#post({ type: 'chunk', id, chunk: copy }, [copy.buffer]);
  }

  #post(message: ToWorker, transfer?: ArrayBuffer[]): void {
    if (!this.#ended) this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    const job = this.#jobs.get(message.id);
    if (job === undefined) return;
    switch (message.type) {
      case 'chunk':
        job.events.onChunk?.(message.chunk);
        return;
      case 'progress':
        job.events.onProgress?.(message.bytes);
        return;
      case 'done':
        job.resolve(message.reply as never);
        break;
      case 'failed':
        job.reject(fromWireError(message.error));
        break;
    }
    this.#finished(message.id, job);
  }

  #finished(id: number, job: PendingJob): void {
    job.release();
    this.#jobs.delete(id);
    if (this.#jobs.size > 0) return;
    this.#worker.unref();
    this.#idleTimer = setTimeout(() => this.#retire(), this.#idleMilliseconds).unref();
  }

  /** Leaves the pool before the thread ends, so that no job comes in between. */
  #retire(): void {
    this.#onEnd();
    void this.end();
  }

  #gone(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#idleTimer);
    this.#onEnd();
    for (const [id, job] of this.#jobs) {
      const details = { what: job.what, reason: error.message };
      job.reject(engineError('snapshots.worker-failed', details, { cause: error }));
      job.release();
      this.#jobs.delete(id);
    }
  }
}
