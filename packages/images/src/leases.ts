/**
 * Protects blobs and layers from collection while an operation works with them but no image refers to
 * them yet. Leases live in memory: after a crash, what was only leased is garbage.
 */
export class Leases {
  readonly #held = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();
  /** Let go of during a collection, whose marks may be older than the image that now needs them. */
  readonly #released = new Set<string>();
  #collections = 0;

  open(): Lease {
    return new Lease({
      take: (key) => this.#held.set(key, (this.#held.get(key) ?? 0) + 1),
      release: (key) => this.#release(key),
      removal: (key) => this.#removals.get(key),
    });
  }

  /** Until disposed, whatever is let go of still counts as held. */
  beginCollection(): Disposable {
    this.#collections++;
    return {
      [Symbol.dispose]: () => {
        this.#collections--;
        if (this.#collections === 0) this.#released.clear();
      },
    };
  }

  /** Removes `key` by `remove` unless it is held; holders that come meanwhile wait for the end. */
  async removeUnheld(key: string, remove: () => Promise<void>): Promise<boolean> {
    if (this.#held.has(key) || this.#released.has(key) || this.#removals.has(key)) return false;
    const removal = remove().finally(() => this.#removals.delete(key));
    this.#removals.set(key, removal);
    await removal;
    return true;
  }

  #release(key: string): void {
    const count = (this.#held.get(key) ?? 1) - 1;
    if (count > 0) this.#held.set(key, count);
    else this.#held.delete(key);
    if (this.#collections > 0) this.#released.add(key);
  }
}

interface LeaseTable {
  take(key: string): void;
  release(key: string): void;
  removal(key: string): Promise<void> | undefined;
}

/** What one operation holds; disposing lets go of everything. */
export class Lease implements Disposable {
  readonly #table: LeaseTable;
  readonly #own = new Set<string>();

  constructor(table: LeaseTable) {
    this.#table = table;
  }

  /**
   * From now on `key` is not collected. Resolves when a removal under way has ended: only then does it
   * make sense to ask whether the thing exists.
   */
  async hold(key: string): Promise<void> {
    if (!this.#own.has(key)) {
      this.#own.add(key);
      this.#table.take(key);
    }
    await this.#table.removal(key)?.catch(() => undefined);
  }

  [Symbol.dispose](): void {
    for (const key of this.#own) this.#table.release(key);
    this.#own.clear();
  }
}
