import type { EngineEvent, EventBus } from '@berth/events';
import type { MetricSample } from './prometheus-text.ts';

/** Counts what happens in the engine, by type of object and action. */
export class EventCounter implements Disposable {
  readonly #counts = new Map<string, { readonly labels: Record<string, string>; value: number }>();
  readonly #stop = new AbortController();

  constructor(events: EventBus) {
    void this.#follow(events);
  }

  get samples(): readonly MetricSample[] {
    return [...this.#counts.values()];
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }

  /** One that fell behind begins again: a gap in the counts is no reason to end. */
  async #follow(events: EventBus): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        for await (const event of events.subscribe({ signal: this.#stop.signal }))
          this.#count(event);
      } catch {}
    }
  }

  /** Without what the action is about (`exec_start: sh`): the number of series must be bounded. */
  #count({ type, action }: EngineEvent): void {
    const name = action.startsWith('health_status') ? action : (action.split(':')[0] ?? action);
    const key = `${type} ${name}`;
    const entry = this.#counts.get(key) ?? { labels: { type, action: name }, value: 0 };
    entry.value += 1;
    this.#counts.set(key, entry);
  }
}
