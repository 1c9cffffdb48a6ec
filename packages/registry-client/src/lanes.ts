import type { Lane } from './http-exchange.ts';

/**
 * How many requests of one lane run at once with one host. Lanes are apart, so that a registry may be
 * asked things while all its transfers are slow.
 */
const limits: Readonly<Record<Lane, number>> = { control: 16, download: 16, upload: 16 };

interface LaneState {
  running: number;
  readonly waiting: (() => void)[];
}

/** Counts the requests per host and lane; first come, first served. */
export class Lanes {
  readonly #states = new Map<string, LaneState>();

  /** Resolves when the request may start; the result is to be called once at its end. */
  async enter(host: string, lane: Lane, signal?: AbortSignal): Promise<() => void> {
    const key = `${lane} ${host}`;
    const state = this.#states.get(key) ?? { running: 0, waiting: [] };
    this.#states.set(key, state);
    if (state.running >= limits[lane]) await turn(state, signal);
    else state.running += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // The place goes to the next one without being given up in between.
      const next = state.waiting.shift();
      if (next !== undefined) return next();
      state.running -= 1;
      if (state.running === 0) this.#states.delete(key);
    };
  }
}

function turn(state: LaneState, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    };
    const cancel = () => {
      state.waiting.splice(state.waiting.indexOf(start), 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    state.waiting.push(start);
  });
}
