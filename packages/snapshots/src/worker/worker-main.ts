import { parentPort } from 'node:worker_threads';
import { createLinuxKernel, type Files } from '@berth/kernel';
import { describeJob } from './describe-job.ts';
import { type JobContext, Turn } from './job-context.ts';
import { jobError, toWireError } from './job-error.ts';
import { runJob } from './jobs.ts';
import { PostedChunks } from './posted-chunks.ts';
import { type FromWorker, type JobRequest, type ToWorker, transferWindow } from './protocol.ts';

const port = parentPort!;
const { files } = createLinuxKernel();
const jobs = new Map<number, Job>();

/** One job on this worker. Several run at once, taking turns at their waits. */
class Job implements JobContext {
  readonly files: Files = files;
  readonly input = new PostedChunks();
  readonly #id: number;
  readonly #turn: Turn;
  readonly #cancelled: Error;
  #inFlight = 0;
  #reported = 0;
  #creditArrived: (() => void) | undefined;

  constructor(id: number, what: string) {
    this.#id = id;
    this.#turn = new Turn(what);
    this.#cancelled = jobError('common.cancelled', { what });
  }

  breathe(): Promise<void> | void {
    return this.#turn.breathe();
  }

  receive(): Promise<Buffer | undefined> {
    return this.input.next();
  }

  send(chunk: Buffer): Promise<void> | void {
    this.#inFlight += chunk.length;
    post({ type: 'chunk', id: this.#id, chunk }, [chunk.buffer as ArrayBuffer]);
    return this.#inFlight < transferWindow ? this.#turn.breathe() : this.#waitForCredit();
  }

  progress(bytes: number): void {
    if (bytes - this.#reported < transferWindow / 8) return;
    this.#reported = bytes;
    post({ type: 'progress', id: this.#id, bytes });
  }

  credit(bytes: number): void {
    this.#inFlight -= bytes;
    this.#creditArrived?.();
  }

  abort(): void {
    this.#turn.aborted = true;
    this.input.fail(this.#cancelled);
    this.#creditArrived?.();
  }

  async #waitForCredit(): Promise<void> {
    while (this.#inFlight >= transferWindow) {
      this.#turn.check();
      await new Promise<void>((resolve) => {
        this.#creditArrived = resolve;
      });
    }
    this.#creditArrived = undefined;
    await this.#turn.breathe();
  }
}

async function start(id: number, request: JobRequest): Promise<void> {
  const { what, path } = describeJob(request);
  const job = new Job(id, what);
  jobs.set(id, job);
  try {
    const reply = await runJob(request, job);
    post({ type: 'done', id, reply });
  } catch (error) {
    post({ type: 'failed', id, error: toWireError(error, what, path) });
  } finally {
    jobs.delete(id);
  }
}

function post(message: FromWorker, transfer?: ArrayBuffer[]): void {
  port.postMessage(message, transfer);
}

port.on('message', (message: ToWorker) => {
  const job = jobs.get(message.id);
  switch (message.type) {
    case 'start':
      void start(message.id, message.request);
      break;
    case 'chunk':
      job?.input.push(message.chunk);
      break;
    case 'end':
      job?.input.end(message.error);
      break;
    case 'credit':
      job?.credit(message.bytes);
      break;
    case 'abort':
      job?.abort();
      break;
  }
});
