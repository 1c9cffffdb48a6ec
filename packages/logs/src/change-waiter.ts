import { type FSWatcher, watch } from 'node:fs';

/** A change may go unseen (the file is not there yet, the watch limit is reached): look again by then. */
const pollMs = 500;

/** Waits for changes of one file that may be replaced under its name. */
export class ChangeWaiter implements Disposable {
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(path: string) {
    this.#path = path;
    this.rearm();
  }

  /** Watches whatever file has the name now. */
  rearm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, () => this.notify());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      /* Polling goes on. */
    }
  }

  /** Ends the present or the next wait. */
  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves after a change since the last wait, or after a while. */
  async wait(): Promise<void> {
    if (!this.#changed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, pollMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#changed = false;
    if (this.#watcher === undefined) this.rearm();
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.notify();
  }
}
