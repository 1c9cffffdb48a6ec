import { compressRotatedLogs } from '@berth/logs';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { parseLogOptions } from '../validate/log-options.ts';

/**
 * Compresses rotated log files in the background, one at a time over all containers. The container never waits for it,
 * and what was rotated while there was no daemon is compressed by the next.
 */
export class LogCompressor {
  readonly #context: () => ContainerContext;
  readonly #waiting = new Set<ContainerEntry>();
  #present:
    | {
        readonly entry: ContainerEntry;
        readonly abort: AbortController;
        readonly done: Promise<void>;
      }
    | undefined;
  /** Settles when nothing is being compressed; undefined while nothing is. */
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(context: () => ContainerContext) {
    this.#context = context;
  }

  /** Compresses what this container's log has by then, if its options say so. Returns at once. */
  compress(entry: ContainerEntry): void {
    const { logPath, hostConfig } = entry.record;
    if (this.#closed || logPath === '' || !parseLogOptions(hostConfig.LogConfig).compress) return;
    this.#waiting.add(entry);
    this.#work ??= this.#run();
  }

  /** Before the log is removed: resolves when nothing is written beside it any more. */
  async forget(entry: ContainerEntry): Promise<void> {
    this.#waiting.delete(entry);
    const present = this.#present;
    if (present?.entry !== entry) return;
    present.abort.abort();
    await present.done;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    this.#present?.abort.abort();
    await this.#work;
  }

  async #run(): Promise<void> {
    for (const entry of this.#waiting) {
      this.#waiting.delete(entry);
      const abort = new AbortController();
      const done = this.#compressOne(entry, abort.signal);
      this.#present = { entry, abort, done };
      await done;
    }
    this.#present = undefined;
    this.#work = undefined;
  }

  async #compressOne(entry: ContainerEntry, signal: AbortSignal): Promise<void> {
    const { kernel, reportError } = this.#context();
    try {
      await compressRotatedLogs(entry.record.logPath, kernel.files, signal);
    } catch (error) {
      if (!signal.aborted && !entry.gone) {
        reportError(error, `compressing the log of container ${entry.id}`);
      }
    }
  }
}
