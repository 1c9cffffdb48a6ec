/** A place among the queries under way, until it is disposed. */
export type QuerySlot = Disposable;

/** Counts queries under way against a limit of its own and that of all sandboxes together. */
export class QuerySlots {
  readonly #limit: number;
  readonly #shared: QuerySlots | undefined;
  #used = 0;

  constructor(limit: number, shared?: QuerySlots) {
    this.#limit = limit;
    this.#shared = shared;
  }

  /** Undefined when all are taken. */
  take(): QuerySlot | undefined {
    if (this.#used >= this.#limit) return undefined;
    const shared = this.#shared?.take();
    if (this.#shared !== undefined && shared === undefined) return undefined;
    this.#used += 1;
    let open = true;
    return {
      [Symbol.dispose]: () => {
        if (!open) return;
        open = false;
        this.#used -= 1;
        shared?.[Symbol.dispose]();
      },
    };
  }
}
