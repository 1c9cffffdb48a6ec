import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMilliseconds = 5;

/**
 * Watches for blocks of the event loop (`DEBUG=berth:loop`). It costs a timer that fires all the time, so
 * it is off otherwise.
 */
export class EventLoopMonitor implements Disposable {
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;

  constructor() {
    this.#histogram = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
    this.#histogram.enable();
  }

  /** The longest block in milliseconds since the last call. */
  takeLongest(): number {
    const longest = Math.max(0, this.#histogram.max / 1e6 - resolutionMilliseconds);
    this.#histogram.reset();
    return Math.round(longest * 10) / 10;
  }

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
