import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Files } from '@berth/kernel';
import { jobError } from './job-error.ts';

/** Longest time that one job keeps its worker from the others. */
const turnMilliseconds = 10;

/** What a running job has of its surroundings. */
export interface JobContext {
  readonly files: Files;
  /** Lets other jobs of the worker in when it is their turn. Fails with common.cancelled after an abort. */
  breathe(): Promise<void> | void;
  /** The next chunk of a posted source; undefined at the end. */
  receive(): Promise<Buffer | undefined>;
  /** Hands bytes to the main thread, which takes them over; waits while it is behind. */
  send(chunk: Buffer): Promise<void> | void;
  progress(bytes: number): void;
}

/** The turn-taking part of a context. */
export class Turn {
  #since = performance.now();
  #what: string;
  aborted = false;

  constructor(what: string) {
    this.#what = what;
  }

  check(): void {
    if (this.aborted) throw jobError('common.cancelled', { what: this.#what });
  }

  breathe(): Promise<void> | void {
    this.check();
    if (performance.now() - this.#since < turnMilliseconds) return;
    return this.#wait();
  }

  async #wait(): Promise<void> {
    await nextTurn();
    this.#since = performance.now();
    this.check();
  }
}

/** Runs a generator that yields now and then, taking turns with other jobs. Returns its result. */
export async function runInTurns<Result>(
  steps: Generator<void, Result>,
  context: JobContext,
): Promise<Result> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      const pause = context.breathe();
      if (pause !== undefined) await pause;
    }
  } finally {
    steps.return(undefined as Result);
  }
}
