export interface EventRingLimits<Item> {
  /** How many items are kept. */
  readonly size: number;
  /** What all kept items may weigh together; the newest is kept whatever it weighs. */
  readonly capacity: number;
  readonly weightOf: (item: Item) => number;
}

/** The newest items within limits of number and weight; iteration goes from oldest to newest. */
export class EventRing<Item> implements Iterable<Item> {
  readonly #limits: EventRingLimits<Item>;
  #items: Item[] = [];
  /** Items before it were dropped; they are cut off together, now and then. */
  #oldest = 0;
  #weight = 0;

  constructor(limits: EventRingLimits<Item>) {
    if (!Number.isInteger(limits.size) || limits.size < 1) {
      throw new RangeError(`ring of ${limits.size} items`);
    }
    this.#limits = limits;
  }

  push(item: Item): void {
    const { size, capacity, weightOf } = this.#limits;
    this.#items.push(item);
    this.#weight += weightOf(item);
    while (this.#count > 1 && (this.#count > size || this.#weight > capacity)) this.#drop();
    if (this.#oldest > size) {
      this.#items = this.#items.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  *[Symbol.iterator](): IterableIterator<Item> {
    yield* this.#items.slice(this.#oldest);
  }

  get #count(): number {
    return this.#items.length - this.#oldest;
  }

  #drop(): void {
    const [item] = this.#items.splice(this.#oldest, 1, undefined as Item);
    this.#oldest += 1;
    this.#weight -= this.#limits.weightOf(item as Item);
  }
}
