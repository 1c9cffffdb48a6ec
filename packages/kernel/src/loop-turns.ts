import { setImmediate as afterEvents } from 'node:timers';

/** Milliseconds of work in one iteration of the event loop before whatever else has happened is heard. */
const slice = 4;

/** What turns are told by; times in milliseconds. */
export interface LoopClock {
  now(): number;
  /** Calls `action` once this iteration's events were dealt with. */
  afterEvents(action: () => void): void;
}

/**
 * Shares the event loop among operations that go on side by side. Whoever has a piece of synchronous work before it
 * asks for a turn, and gets it at once while this iteration of the loop has time left; else in a later one, in the order
 * of asking. Nobody holds a turn: it ends with the next `await`.
 */
export class LoopTurns {
  readonly #clock: LoopClock;
  readonly #waiting: (() => void)[] = [];
  /** When the first work of this iteration began. */
  #began: number | undefined;
  #serving = false;

  constructor(clock: LoopClock) {
    this.#clock = clock;
  }

  /** Resolves when it is the caller's turn. To be awaited directly: the next one is let in right after the caller's work. */
  next(): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#serving) void this.#serve();
    return turn;
  }

  /** One after the other: how long a piece of work takes is known only once it is done. */
  async #serve(): Promise<void> {
    this.#serving = true;
    if (this.#began === undefined) this.#begin();
    while (this.#waiting.length > 0 && !this.#spent()) {
      this.#waiting.shift()?.();
      await undefined;
    }
    this.#serving = false;
  }

  #begin(): void {
    this.#began = this.#clock.now();
    this.#clock.afterEvents(() => this.#end());
  }

  /** Who waits comes in the next iteration: this one has worked already, in its events. */
  #end(): void {
    this.#began = undefined;
    if (this.#waiting.length > 0) this.#clock.afterEvents(() => this.#resume());
  }

  #resume(): void {
    if (this.#waiting.length > 0 && !this.#serving) void this.#serve();
  }

  #spent(): boolean {
    return this.#clock.now() - (this.#began ?? Number.POSITIVE_INFINITY) >= slice;
  }
}

const turns = new LoopTurns({
  now: () => performance.now(),
  afterEvents: (action) => void afterEvents(action),
});

/**
 * To be awaited before a piece of synchronous work of which there may be many at once: each item of a long list, each
 * step of a request. Resolves when this thread's event loop has time for it.
 */
export function loopTurn(): Promise<void> {
  return turns.next();
}
