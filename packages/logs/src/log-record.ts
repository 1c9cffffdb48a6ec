import { parseCompactLine, skimCompactLine, timeOfCompactLine } from './compact-line.ts';

/** One entry of a container's log. */
export interface LogRecord {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339, UTC, always nine fraction digits: text order is time order. */
  readonly time: string;
  /** The bytes that were written, with the newline unless this piece does not end its line. */
  readonly line: Buffer;
  readonly attrs?: Readonly<Record<string, string>>;
  /** True for a piece that goes on with a line begun by an earlier record of the same stream. */
  readonly continues: boolean;
}

const timePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

const openingBrace = 0x7b;

/**
 * Parses one line of a log, in the json-file or the compact format; undefined for anything that the shim's writer
 * cannot have written, such as a line damaged by a crash. `continues` is left to the caller.
 */
export function parseLogLine(line: Buffer): LogRecord | undefined {
  return line[0] === openingBrace ? parseJsonLine(line) : parseCompactLine(line);
}

function parseJsonLine(line: Buffer): LogRecord | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { log, stream, time, attrs } = entry as Record<string, unknown>;
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const fixed = typeof time === 'string' ? fixedTime(time) : undefined;
  if (fixed === undefined) return undefined;
  return {
    stream,
    time: fixed,
    line: Buffer.from(typeof log === 'string' ? log : ''),
    continues: false,
    ...(isAttributes(attrs) ? { attrs } : {}),
  };
}

/** The time of a log line without parsing all of it: lines can be long. */
export function timeOfLogLine(line: Buffer): string | undefined {
  if (line[0] !== openingBrace) return timeOfCompactLine(line);
  const end = line.subarray(-64).toString('latin1');
  const time = /"time":"([^"]+)"\}$/.exec(end)?.[1];
  return time === undefined ? undefined : fixedTime(time);
}

/** What a reading needs to know of a record that it leaves out. */
export interface SkimmedLine extends Pick<LogRecord, 'stream' | 'time'> {
  readonly endsLine: boolean;
}

const jsonEnd = /(\\*)(.)","stream":"(stdout|stderr)","time":"([^"]+)"\}$/;

/** Reads the head or the end of a line only; undefined where that does not tell: then it has to be parsed. */
export function skimLogLine(line: Buffer): SkimmedLine | undefined {
  if (line[0] !== openingBrace) return skimCompactLine(line);
  const found = jsonEnd.exec(line.toString('latin1', Math.max(0, line.length - 128)));
  const [, backslashes = '', last, stream, text = ''] = found ?? [];
  const time = fixedTime(text);
  // The backslashes may go on before the part that is looked at.
  if (time === undefined || found?.index === 0) return undefined;
  const endsLine = last === 'n' && backslashes.length % 2 === 1;
  return { stream: stream as LogRecord['stream'], time, endsLine };
}

/** Unix nanoseconds in the form of {@link LogRecord.time}. */
export function timeFromNanoseconds(nanoseconds: bigint): string {
  const billion = 1_000_000_000n;
  const clamped = nanoseconds < 0n ? 0n : nanoseconds;
  const milliseconds = Number((clamped / billion) * 1000n);
  const seconds = new Date(Math.min(milliseconds, 253_402_300_799_000)).toISOString();
  return `${seconds.slice(0, 19)}.${String(clamped % billion).padStart(9, '0')}Z`;
}

function fixedTime(time: string): string | undefined {
  const match = timePattern.exec(time);
  return match === null ? undefined : `${match[1]}.${(match[2] ?? '').padEnd(9, '0')}Z`;
}

function isAttributes(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((attribute) => typeof attribute === 'string')
  );
}
