import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work before others get their turn. */
const slice = 4;

/** Keeps a long loop of synchronous work from blocking the event loop. */
export class Turn {
  #since = performance.now();

  /** Lets others in when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < slice) return;
    await nextTurn();
    this.#since = performance.now();
  }
}
