import type { Files } from '@berth/kernel';

const quietMilliseconds = 1000;

/**
 * Brings published layers to disk in the background. One syncfs(2) serves all layers that were
 * published before it, so that nobody waits for the disk; until then a layer carries the ID of the boot
 * that wrote it and is dropped if the machine comes up again without it being complete.
 */
export class LayerSync {
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
