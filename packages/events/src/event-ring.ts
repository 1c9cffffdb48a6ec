/** The newest items up to a fixed number; iteration goes from oldest to newest. */
export class EventRing<Item> implements Iterable<Item> {
  readonly #slots: Item[] = [];
  readonly #size: number;
  #oldest = 0;

  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`ring of ${size} slots`);
    this.#size = size;
  }

  push(item: Item): void {
    if (this.#slots.length < this.#size) {
      this.#slots.push(item);
      return;
    }
    this.#slots[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#size;
  }

  *[Symbol.iterator](): IterableIterator<Item> {
    for (let index = 0; index < this.#slots.length; index += 1) {
      yield this.#slots[(this.#oldest + index) % this.#slots.length] as Item;
    }
  }
}
