import type { LogRecord, SkimmedLine } from './log-record.ts';

const tab = 0x09;
const newline = Buffer.from('\n');
/** Stream and nineteen digits of nanoseconds. */
const headLength = 20;
const headPattern = /^[oOeE]\d{19}$/;

/** The stream by the first letter; a capital one for a piece without the end of its line. */
const kinds: Readonly<
  Record<string, { readonly stream: LogRecord['stream']; readonly ends: boolean }>
> = {
  o: { stream: 'stdout', ends: true },
  O: { stream: 'stdout', ends: false },
  e: { stream: 'stderr', ends: true },
  E: { stream: 'stderr', ends: false },
};

let lastSecond = '';
let lastPrefix = '';

/** The time in a line of the compact format (docs/logs.md); undefined for anything else. */
export function timeOfCompactLine(line: Buffer): string | undefined {
  const head = line.toString('latin1', 0, headLength);
  if (!headPattern.test(head)) return undefined;
  const second = head.slice(1, 11);
  if (second !== lastSecond) {
    lastPrefix = new Date(Number(second) * 1000).toISOString().slice(0, 19);
    lastSecond = second;
  }
  return `${lastPrefix}.${head.slice(11)}Z`;
}

/** What the head of a line tells. */
export function skimCompactLine(line: Buffer): SkimmedLine | undefined {
  const time = timeOfCompactLine(line);
  const kind = kinds[String.fromCharCode(line[0] ?? 0)];
  if (time === undefined || kind === undefined) return undefined;
  return { stream: kind.stream, time, endsLine: kind.ends };
}

/** Reads a line of the compact format; undefined for what the shim cannot have written. */
export function parseCompactLine(line: Buffer): LogRecord | undefined {
  const time = timeOfCompactLine(line);
  const kind = kinds[String.fromCharCode(line[0] ?? 0)];
  const end = line.indexOf(tab, headLength);
  if (time === undefined || kind === undefined || end < 0) return undefined;
  const text = line.subarray(end + 1);
  const record = {
    stream: kind.stream,
    time,
    line: kind.ends ? Buffer.concat([text, newline]) : text,
    continues: false,
  };
  if (end === headLength) return record;
  const attrs = attributesOf(line.toString('utf8', headLength, end));
  return attrs === undefined ? undefined : { ...record, attrs };
}

/** Entries of one file mostly have the same attributes. */
let lastAttributes: { readonly text: string; readonly value: Record<string, string> } | undefined;

function attributesOf(text: string): Record<string, string> | undefined {
  if (lastAttributes?.text === text) return lastAttributes.value;
  try {
    const value = JSON.parse(text) as Record<string, string>;
    if (typeof value !== 'object' || value === null) return undefined;
    lastAttributes = { text, value };
    return value;
  } catch {
    return undefined;
  }
}
