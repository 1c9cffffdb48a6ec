import type { LogRecord } from '../log-record.ts';

/** How a receiver that is away is waited for. */
export interface RetryPolicy {
  /** Milliseconds before the next attempt, after `failures` (1 or more) in a row. */
  readonly wait: (failures: number) => number;
  /** So many failures in a row, and what has been written by then is left out; absent: it is never given up. */
  readonly attempts?: number;
  /** So many of the entries that wait when the receiver is back are sent, the oldest; absent: all. */
  readonly keep?: number;
}

/** Waits that grow by `factor`, in milliseconds. */
export function growingWait(first: number, factor: number, longest: number): RetryPolicy['wait'] {
  return (failures) => Math.min(first * factor ** (failures - 1), longest);
}

/** For drivers and containers without wishes: everything is sent once the receiver is back. */
export const patientRetry: RetryPolicy = { wait: growingWait(100, 2, 30_000) };

/** Records in their order, to be sent or left out. */
export interface Portion {
  readonly records: readonly LogRecord[];
  readonly leftOut: boolean;
}

/** Decides which records of the time before `until` are sent after an outage: the first `keep`. */
export class OutageFilter {
  readonly #until: string;
  #left: number;

  /** `until` as LogRecord.time. */
  constructor(keep: number, until: string) {
    this.#left = keep;
    this.#until = until;
  }

  portions(records: readonly LogRecord[]): Portion[] {
    const late = records.findIndex(({ time }) => time >= this.#until);
    const waited = late < 0 ? records.length : late;
    const kept = Math.min(this.#left, waited);
    this.#left -= kept;
    return [
      { records: records.slice(0, kept), leftOut: false },
      { records: records.slice(kept, waited), leftOut: true },
      { records: records.slice(waited), leftOut: false },
    ].filter((portion) => portion.records.length > 0);
  }
}
