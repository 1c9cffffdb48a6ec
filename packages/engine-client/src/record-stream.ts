import type { Readable } from 'node:stream';
import { jsonLines } from './json-lines.ts';

/**
 * The records of a long answer (events, statistics, progress), as they come; a slow reader slows the engine.
 * The engine works while it is open: leaving a `for await` loop, `close` and `await using` end it. It can be
 * read once.
 */
export class RecordStream<T> implements AsyncIterable<T>, AsyncDisposable {
  readonly #body: Readable;
  readonly #check: (record: T) => void;

  /** `check` throws for a record that tells of a failure. */
  constructor(body: Readable, check: (record: T) => void = () => {}) {
    this.#body = body;
    // A failure before anybody reads waits for the reader; without a listener it would end the program.
    body.on('error', () => {});
    this.#check = check;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for await (const record of jsonLines<T>(this.#body)) {
        this.#check(record);
        yield record;
      }
    } finally {
      this.close();
    }
  }

  /** The next record alone; ends the stream. Undefined when there is none. */
  async first(): Promise<T | undefined> {
    for await (const record of this) return record;
    return undefined;
  }

  /** Reads to the end: the operation is done when this resolves. */
  async toArray(): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this) records.push(record);
    return records;
  }

  /** Reads to the end and forgets what comes, but for a failure, which is thrown. */
  async done(): Promise<void> {
    for await (const _ of this);
  }

  /** Ends it: the engine stops what it does for it. */
  close(): void {
    this.#body.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
