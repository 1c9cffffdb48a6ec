import { type FileHandle, open } from 'node:fs/promises';

/**
 * Makes renames in a directory durable. Callers that come while a sync runs share the next one, so that
 * many commits at once cost two fsync(2) calls and not one each.
 */
export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();

  async sync(directory: string): Promise<void> {
    const running = this.#running.get(directory);
    if (running === undefined) return await this.#start(directory);
    let next = this.#waiting.get(directory);
    if (next === undefined) {
      next = running
        .catch(() => undefined)
        .then(() => {
          this.#waiting.delete(directory);
          return this.#start(directory);
        });
      this.#waiting.set(directory, next);
    }
    await next;
  }

  #start(directory: string): Promise<void> {
    const run = syncPath(directory).finally(() => this.#running.delete(directory));
    this.#running.set(directory, run);
    return run;
  }
}

async function syncPath(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
