import { engineError } from '@berth/errors';
import type { FileIdentity } from './block-gzip.ts';
import { ChangeWaiter } from './change-waiter.ts';
import { LineSplitter } from './line-splitter.ts';
import {
  identityOf,
  type LogFile,
  openLogFiles,
  openNextLogFile,
  openOldestLogFile,
} from './log-files.ts';
import {
  type LogPosition,
  readBlock,
  startOfFile,
  tailPositions,
  timePositions,
} from './log-position.ts';
import type { LogRecord } from './log-record.ts';
import { RecordFilter, type RecordSelection } from './record-filter.ts';

const blockSize = 256 * 1024;

export interface ReadLogsOptions extends RecordSelection {
  /** The current log file; rotated ones are `path.1`, `path.2` … */
  readonly path: string;
  /** Only the last so many entries, counted before any other selection; absent: all. */
  readonly tail?: number;
  /** Goes on with what is written later, through rotation and truncation. */
  readonly follow?: boolean;
  /** Settles when nothing more will be written: following then ends after the last entry. */
  readonly stopped?: Promise<unknown>;
  /** Called when the records of a rotated file have been taken, and the reading goes on behind it. */
  readonly onFileRead?: (identity: FileIdentity) => void;
  /** Ends the reading at once, without an error. */
  readonly signal?: AbortSignal;
}

/** Yields the records one by one; see {@link readLogBatches}. */
export async function* readLogs(options: ReadLogsOptions): AsyncGenerator<LogRecord, void> {
  for await (const batch of readLogBatches(options)) yield* batch;
}

/**
 * Reads a json-file log in the order of writing; what one read of the file gave comes as one batch,
 * never empty. A log that does not exist has no records. Damaged lines are left out. Memory and the time
 * to the first record do not depend on the log's size. Rejects with `logs.read-failed`.
 */
export async function* readLogBatches(options: ReadLogsOptions): AsyncGenerator<LogRecord[], void> {
  const reading = new LogReading(options);
  try {
    yield* reading.batches();
  } catch (cause) {
    throw engineError('logs.read-failed', { path: options.path }, { cause });
  } finally {
    await reading.close();
  }
}

class LogReading {
  readonly #options: ReadLogsOptions;
  readonly #filter: RecordFilter;
  #files: LogFile[] = [];

  constructor(options: ReadLogsOptions) {
    this.#options = options;
    this.#filter = new RecordFilter(options);
  }

  async *batches(): AsyncGenerator<LogRecord[], void> {
    if (this.#options.follow === true) {
      using waiter = new ChangeWaiter(this.#options.path);
      yield* this.#follow(waiter);
    } else {
      yield* this.#readExisting();
    }
  }

  async close(): Promise<void> {
    for (const file of this.#files.splice(0)) await file.handle.close();
  }

  get #isOver(): boolean {
    return this.#filter.ended || this.#options.signal?.aborted === true;
  }

  /** Reads up to the present end of every file and returns the last one's cursor. */
  async *#readExisting(): AsyncGenerator<LogRecord[], FileCursor | undefined> {
    this.#files = await openLogFiles(this.#options.path);
    const positions = await this.#positions(this.#files);
    let cursor: FileCursor | undefined;
    for (const [index, position] of positions.entries()) {
      const file = this.#files[index];
      if (file === undefined) continue;
      if (position !== undefined) {
        cursor = new FileCursor(file, position);
        yield* this.#readOn(cursor, file.size);
      }
      if (index < positions.length - 1) await this.#tellRead(file);
    }
    return cursor;
  }

  async #tellRead(file: LogFile): Promise<void> {
    if (!this.#isOver) this.#options.onFileRead?.(await identityOf(file));
  }

  async *#readOn(cursor: FileCursor, end: number): AsyncGenerator<LogRecord[], void> {
    while (!this.#isOver) {
      const lines = await cursor.next(end);
      if (lines === undefined) return;
      const records = this.#filter.select(lines);
      if (records.length > 0) yield records;
    }
  }

  /** Where each file is to be read from; undefined for files that are left out. */
  async #positions(files: readonly LogFile[]): Promise<(LogPosition | undefined)[]> {
    const { tail } = this.#options;
    return tail === undefined ? this.#sincePositions(files) : tailPositions(files, tail);
  }

  async #sincePositions(files: readonly LogFile[]): Promise<(LogPosition | undefined)[]> {
    const { since } = this.#filter;
    return since === undefined ? files.map(() => startOfFile) : await timePositions(files, since);
  }

  async *#follow(waiter: ChangeWaiter): AsyncGenerator<LogRecord[], void> {
    const state = { stopped: false };
    const stop = () => {
      state.stopped = true;
      waiter.notify();
    };
    const wake = () => waiter.notify();
    this.#options.stopped?.then(stop, stop);
    this.#options.signal?.addEventListener('abort', wake);
    const deadline = this.#deadline(stop);
    try {
      let cursor = yield* this.#readExisting();
      await this.#keepOnly(cursor);
      while (!this.#isOver) {
        const last = state.stopped;
        if (cursor !== undefined) yield* this.#readOn(cursor, Number.POSITIVE_INFINITY);
        if (await cursor?.restartIfTruncated()) continue;
        const next = await this.#nextCursor(cursor);
        if (next !== undefined) {
          /* What was written between the last read and the rotation. */
          if (cursor !== undefined) {
            yield* this.#readOn(cursor, Number.POSITIVE_INFINITY);
            await this.#tellRead(cursor.file);
          }
          cursor = next;
          await this.#keepOnly(cursor);
          waiter.rearm();
        } else if (last || this.#isOver) {
          return;
        } else {
          await waiter.wait();
        }
      }
    } finally {
      clearTimeout(deadline);
      this.#options.signal?.removeEventListener('abort', wake);
    }
  }

  /** Following ends at `until` even when nothing is written any more. */
  #deadline(stop: () => void): NodeJS.Timeout | undefined {
    const { until } = this.#options;
    if (until === undefined) return undefined;
    const left = Number(until / 1_000_000n) - Date.now();
    return left > 2 ** 31 - 1 ? undefined : setTimeout(stop, Math.max(0, left)).unref();
  }

  async #nextCursor(cursor: FileCursor | undefined): Promise<FileCursor | undefined> {
    const { path } = this.#options;
    const file = await (cursor === undefined
      ? openOldestLogFile(path)
      : openNextLogFile(path, cursor.file));
    if (file === undefined) return undefined;
    this.#files.push(file);
    return new FileCursor(file, { offset: 0, midLine: false });
  }

  /** Files that have been read need not stay open while the newest is followed. */
  async #keepOnly(cursor: FileCursor | undefined): Promise<void> {
    const read = this.#files.filter((file) => file !== cursor?.file);
    this.#files = this.#files.filter((file) => file === cursor?.file);
    for (const file of read) await file.handle.close();
  }
}

/** A place in a file that moves on with the reading. */
class FileCursor {
  readonly file: LogFile;
  readonly #splitter: LineSplitter;
  #offset: number;

  constructor(file: LogFile, position: LogPosition) {
    this.file = file;
    this.#offset = position.offset;
    this.#splitter = new LineSplitter(position.midLine);
  }

  /** The whole lines of the next block; undefined at the end. */
  async next(end: number): Promise<Buffer[] | undefined> {
    const length = Math.min(blockSize, end - this.#offset);
    if (length <= 0) return undefined;
    const block = await readBlock(this.file, this.#offset, length);
    if (block.length === 0) return undefined;
    this.#offset += block.length;
    return this.#splitter.push(block);
  }

  async restartIfTruncated(): Promise<boolean> {
    if (this.file.blocks !== undefined) return false;
    const { size } = await this.file.handle.stat();
    if (size >= this.#offset) return false;
    this.#offset = 0;
    this.#splitter.reset();
    return true;
  }
}
