import { type LogRecord, parseLogLine, skimLogLine, timeFromNanoseconds } from './log-record.ts';

export interface RecordSelection {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Unix nanoseconds: records of this time and later. */
  readonly since?: bigint;
  /** Unix nanoseconds: records up to and of this time. The first later one ends the reading. */
  readonly until?: bigint;
}

/** Turns raw lines into the wanted records. */
export class RecordFilter {
  readonly since: string | undefined;
  readonly #until: string | undefined;
  readonly #selection: RecordSelection;
  readonly #inLine = { stdout: false, stderr: false };
  #ended = false;

  constructor(selection: RecordSelection) {
    this.#selection = selection;
    const { since, until } = selection;
    this.since = since === undefined ? undefined : timeFromNanoseconds(since);
    this.#until = until === undefined ? undefined : timeFromNanoseconds(until);
  }

  /** A record later than `until` has been seen: nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  select(lines: readonly Buffer[]): LogRecord[] {
    const records: LogRecord[] = [];
    for (const line of lines) {
      if (this.#leavesOut(line)) continue;
      const record = this.#ended ? undefined : parseLogLine(line);
      if (record === undefined) continue;
      const continues = this.#inLine[record.stream];
      this.#inLine[record.stream] = record.line.at(-1) !== 0x0a;
      if (this.#until !== undefined && record.time > this.#until) this.#ended = true;
      else if (this.#isWanted(record)) records.push(continues ? { ...record, continues } : record);
    }
    return records;
  }

  /** True for a line before `since` that could be told without parsing it. */
  #leavesOut(line: Buffer): boolean {
    const skimmed = this.since === undefined ? undefined : skimLogLine(line);
    if (skimmed === undefined || skimmed.time >= (this.since ?? '')) return false;
    this.#inLine[skimmed.stream] = !skimmed.endsLine;
    return true;
  }

  #isWanted(record: LogRecord): boolean {
    return (
      this.#selection[record.stream] && (this.since === undefined || record.time >= this.since)
    );
  }
}
