import type { LogRecord } from '../log-record.ts';

/**
 * How far a log was sent: every record before `time`, and the first `count` of that very time (records of one write
 * have the same time). It stays right when the file is rotated.
 */
export interface LogCursor {
  /** As LogRecord.time; empty at the beginning. */
  readonly time: string;
  readonly count: number;
}

export const startOfLog: LogCursor = { time: '', count: 0 };

/** The cursor behind these records, which follow it. */
export function advance(cursor: LogCursor, records: readonly LogRecord[]): LogCursor {
  const time = records.at(-1)?.time ?? cursor.time;
  let count = time === cursor.time ? cursor.count : 0;
  for (const record of records) if (record.time === time) count += 1;
  return { time, count };
}

/** Leaves out what was sent already, of a reading that begins at the cursor's time. */
export class CursorFilter {
  readonly #time: string;
  #left: number;

  constructor({ time, count }: LogCursor) {
    this.#time = time;
    this.#left = count;
  }

  rest(records: readonly LogRecord[]): readonly LogRecord[] {
    if (this.#left === 0) return records;
    return records.filter((record) => {
      if (record.time < this.#time) return false;
      if (record.time !== this.#time || this.#left === 0) return true;
      this.#left -= 1;
      return false;
    });
  }
}

/** Records that are made ready for sending at once: compressing each takes some ten microseconds. */
const sliceLength = 200;

/** The records in their order, few enough at a time to stay below 20 ms of work. */
export function* slicesOf(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  for (let start = 0; start < records.length; start += sliceLength) {
    yield records.slice(start, start + sliceLength);
  }
}

/** Unix nanoseconds of the cursor, to read from. */
export function cursorTime({ time }: LogCursor): bigint | undefined {
  if (time === '') return undefined;
  const seconds = BigInt(Date.parse(`${time.slice(0, 19)}Z`) / 1000);
  return seconds * 1_000_000_000n + BigInt(time.slice(20, 29));
}
