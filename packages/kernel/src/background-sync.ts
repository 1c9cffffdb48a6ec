import type { Files } from './files.ts';

const quietMilliseconds = 1000;

/**
 * Brings what was written under a folder to the disk in the background, so that nobody waits for it. One
 * syncfs(2) serves all names that were added before it. What is not reported as synced yet must be
 * recognisable after a power failure; that is the caller's part.
 */
export class BackgroundSync {
  readonly #files: Files;
  readonly #root: string;
  readonly #onSynced: (name: string) => void;
  #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(files: Files, root: string, onSynced: (name: string) => void) {
    this.#files = files;
    this.#root = root;
    this.#onSynced = onSynced;
  }

  add(name: string): void {
    this.#waiting.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush().catch(() => {}), quietMilliseconds).unref();
  }

  forget(name: string): void {
    this.#waiting.delete(name);
  }

  /** Resolves when everything added so far is on disk. A failed sync is tried again with the next one. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running !== undefined || this.#waiting.size > 0) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async #run(): Promise<void> {
    const names = this.#waiting;
    this.#waiting = new Set();
    try {
      await this.#files.syncFileSystem(this.#root);
    } catch (error) {
      for (const name of names) this.#waiting.add(name);
      throw error;
    }
    for (const name of names) this.#onSynced(name);
  }
}
