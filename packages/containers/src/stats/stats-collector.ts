import { loopTurn } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { type Sample, systemTimes, takeSample, withPrevious } from './stats-sample.ts';

const interval = 1000;

export type SampleListener = (sample: Sample) => void;

/**
 * Looks once a second at the containers that somebody watches, however many watch each. All share one
 * timer, which runs only while there are listeners.
 */
export class StatsCollector {
  readonly #context: () => ContainerContext;
  readonly #listeners = new Map<ContainerEntry, Set<SampleListener>>();
  readonly #previous = new Map<ContainerEntry, Sample>();
  #timer: NodeJS.Timeout | undefined;
  #running = false;

  constructor(context: () => ContainerContext) {
    this.#context = context;
  }

  /** Calls `listener` with every new sample until the returned function is called. */
  watch(entry: ContainerEntry, listener: SampleListener): () => void {
    const listeners = this.#listeners.get(entry) ?? new Set();
    this.#listeners.set(entry, listeners.add(listener));
    this.#timer ??= setInterval(() => void this.#collect(), interval).unref();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(entry);
      this.#previous.delete(entry);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async #collect(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const context = this.#context();
    try {
      const system = systemTimes(context);
      for (const [entry, listeners] of [...this.#listeners]) {
        await loopTurn();
        const sample = takeSample(context, entry, system);
        const shown = withPrevious(sample, this.#previous.get(entry));
        if (this.#listeners.has(entry)) this.#previous.set(entry, sample);
        for (const listener of [...listeners]) listener(shown);
      }
    } catch (error) {
      context.reportError(error, 'collecting statistics');
    } finally {
      this.#running = false;
    }
  }
}
