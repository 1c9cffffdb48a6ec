import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { type LogCursor, startOfLog } from '@berth/logs/remote/log-cursor.ts';

/** Longer than any cursor: a shorter one does not leave the end of a longer one behind. */
const length = 80;

/** Where a cursor is kept: one small write in place each time, so that it can be kept after every batch. */
export class LogCursorFile implements AsyncDisposable {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #saved: LogCursor = startOfLog;

  constructor(path: string) {
    this.#path = path;
  }

  /** The beginning when nothing is kept. */
  async load(): Promise<LogCursor> {
    try {
      const { time, count } = JSON.parse(await readFile(this.#path, 'utf8')) as LogCursor;
      this.#saved = { time, count };
    } catch {
      this.#saved = startOfLog;
    }
    return this.#saved;
  }

  async save(cursor: LogCursor): Promise<void> {
    if (cursor === this.#saved) return;
    this.#handle ??= await open(this.#path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    await this.#handle.write(`${JSON.stringify(cursor).padEnd(length)}\n`, 0);
    this.#saved = cursor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
