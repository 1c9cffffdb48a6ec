import { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { PackRequest } from '../worker/protocol.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';
import type { RunningJob } from '../worker/worker-thread.ts';

/** The tar that a pack job makes. The job starts with the first read and is aborted by destroy. */
export class PackStream extends Readable {
  readonly #pool: WorkerPool;
  readonly #request: PackRequest;
  readonly #signal: AbortSignal | undefined;
  #job: RunningJob<'pack'> | undefined;
  #uncredited = 0;

  constructor(pool: WorkerPool, request: PackRequest, signal: AbortSignal | undefined) {
    super({ highWaterMark: 1 << 20 });
    this.#pool = pool;
    this.#request = request;
    this.#signal = signal;
  }

  override _read(): void {
    if (this.#job === undefined) this.#start();
    else if (this.#uncredited > 0) {
      this.#job.credit(this.#uncredited);
      this.#uncredited = 0;
    }
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#job?.abort();
    callback(error);
  }

  #start(): void {
    if (this.#signal?.aborted === true) {
      this.destroy(engineError('common.cancelled', { what: 'packing files' }));
      return;
    }
    const onChunk = (chunk: Uint8Array) => {
      this.#uncredited += chunk.length;
      this.push(chunk);
    };
    this.#job = this.#pool.start<'pack'>(this.#request, { onChunk }, this.#signal);
    this.#job.result.then(
      () => this.push(null),
      (error: unknown) => this.destroy(error as Error),
    );
  }
}
