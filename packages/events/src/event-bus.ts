import { engineError } from '@berth/errors';
import type { EngineEvent, EventDraft } from './engine-event.ts';
import { type EventFilters, matchesEvent } from './event-filter.ts';
import { EventRing } from './event-ring.ts';

export interface EventClock {
  /** Nanoseconds since the epoch. */
  nowNano(): bigint;
}

export interface SubscribeOptions {
  readonly filters?: EventFilters;
  /** Replays kept events at or after this time first; without it only new events are given. */
  readonly sinceNano?: bigint;
  /** Gives no event after this time. Ending the wait for new ones is the caller's, by `signal`. */
  readonly untilNano?: bigint;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
}

export interface EventBus {
  /**
   * Stamps the event and gives it to every subscriber. Never fails and never waits. Times strictly
   * increase in the order of calls.
   */
  publish(event: EventDraft): EngineEvent;
  /**
   * Registered when this returns, so nothing published afterwards is missed; replay and new events come
   * in order without gap or repeat. One iteration per subscription, and leaving it unsubscribes. A
   * subscriber that falls more than the queue limit behind fails with api.events-overrun.
   */
  subscribe(options?: SubscribeOptions): AsyncIterableIterator<EngineEvent>;
  /** Kept events that match, oldest first. */
  replay(options: Omit<SubscribeOptions, 'signal'>): EngineEvent[];
  readonly subscriberCount: number;
}

export interface EventBusOptions {
  readonly clock?: EventClock;
  /** How many events are kept for replay. Default 10,000. */
  readonly ringSize?: number;
  /** What their texts may take together, in characters. Default 16 Mi. */
  readonly ringCapacity?: number;
  /** How many events a subscriber may lag behind. Default 16384. */
  readonly queueLimit?: number;
}

export function createEventBus(options: EventBusOptions = {}): EventBus {
  return new MemoryEventBus(options);
}

class MemoryEventBus implements EventBus {
  readonly #clock: EventClock;
  readonly #ring: EventRing<EngineEvent>;
  readonly #queueLimit: number;
  readonly #subscriptions = new Set<Subscription>();
  #lastNano = 0n;

  constructor(options: EventBusOptions) {
    this.#clock = options.clock ?? systemClock();
    this.#ring = new EventRing({
      size: options.ringSize ?? 10_000,
      capacity: options.ringCapacity ?? 16 * 1024 * 1024,
      weightOf: textLength,
    });
    this.#queueLimit = options.queueLimit ?? 16_384;
  }

  publish(draft: EventDraft): EngineEvent {
    const now = this.#clock.nowNano();
    this.#lastNano = now > this.#lastNano ? now : this.#lastNano + 1n;
    const event = {
      ...draft,
      attributes: { ...draft.attributes },
      scope: draft.scope ?? 'local',
      timeNano: this.#lastNano,
    } as EngineEvent;
    this.#ring.push(event);
    for (const subscription of this.#subscriptions) subscription.offer(event);
    return event;
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterableIterator<EngineEvent> {
    const subscription = new Subscription({
      ...options,
      queueLimit: this.#queueLimit,
      backlog: options.sinceNano === undefined ? [] : this.replay(options),
      onClose: (closed) => this.#subscriptions.delete(closed),
    });
    if (!subscription.closed) this.#subscriptions.add(subscription);
    return subscription;
  }

  replay(options: Omit<SubscribeOptions, 'signal'>): EngineEvent[] {
    const { sinceNano = 0n } = options;
    return [...this.#ring].filter(
      (event) => event.timeNano >= sinceNano && isWanted(event, options),
    );
  }

  get subscriberCount(): number {
    return this.#subscriptions.size;
  }
}

interface SubscriptionOptions extends SubscribeOptions {
  readonly queueLimit: number;
  readonly backlog: EngineEvent[];
  readonly onClose: (subscription: Subscription) => void;
}

class Subscription implements AsyncIterableIterator<EngineEvent> {
  readonly #options: SubscriptionOptions;
  readonly #abort = (): void => this.#close();
  #queue: EngineEvent[];
  #waiting: PromiseWithResolvers<IteratorResult<EngineEvent>> | undefined;
  #failure: Error | undefined;
  #closed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#queue = options.backlog;
    if (options.signal?.aborted === true) this.#close();
    else options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  get closed(): boolean {
    return this.#closed;
  }

  offer(event: EngineEvent): void {
    if (!isWanted(event, this.#options)) return;
    if (this.#waiting !== undefined) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: event });
      return;
    }
    if (this.#queue.length >= this.#options.queueLimit) {
      this.#failure = engineError('api.events-overrun', { limit: this.#options.queueLimit });
      this.#queue = [];
      this.#close();
      return;
    }
    this.#queue.push(event);
  }

  async next(): Promise<IteratorResult<EngineEvent>> {
    if (this.#failure !== undefined) {
      const failure = this.#failure;
      this.#failure = undefined;
      throw failure;
    }
    const event = this.#queue.shift();
    if (event !== undefined) return { done: false, value: event };
    if (this.#closed) return { done: true, value: undefined };
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  async return(): Promise<IteratorResult<EngineEvent>> {
    this.#queue = [];
    this.#close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** What was queued before the end is still given. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#options.onClose(this);
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }
}

/** Labels are part of a container's events, and have no limit of their own. */
function textLength({ action, actorId, attributes }: EngineEvent): number {
  let length = action.length + actorId.length;
  for (const name of Object.keys(attributes))
    length += name.length + (attributes[name] ?? '').length;
  return length;
}

function isWanted(event: EngineEvent, { filters, untilNano }: SubscribeOptions): boolean {
  if (untilNano !== undefined && event.timeNano > untilNano) return false;
  return filters === undefined || matchesEvent(filters, event);
}

/** Wall-clock nanoseconds: the milliseconds of `Date`, refined by the monotonic clock. */
export function systemClock(): EventClock {
  const offset = (): bigint => BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  let base = offset();
  return {
    nowNano() {
      const current = offset();
      const drift = current > base ? current - base : base - current;
      if (drift > 2_000_000n) base = current;
      return base + process.hrtime.bigint();
    },
  };
}
