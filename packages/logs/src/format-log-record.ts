import type { LogRecord } from './log-record.ts';

export interface LogFormat {
  /** `2006-01-02T15:04:05.000000000Z ` before each line. */
  readonly timestamps?: boolean;
  /** The attributes, URL-encoded and sorted, before each line. */
  readonly details?: boolean;
}

/**
 * The bytes that the logs endpoint sends for a record. Pieces that continue a line get no prefix, so
 * that the pieces of a long line join without a seam.
 */
export function formatLogRecord(record: LogRecord, format: LogFormat): Buffer {
  if (record.continues) return record.line;
  const time = format.timestamps === true ? `${record.time} ` : '';
  const details = format.details === true ? `${encodeAttributes(record.attrs ?? {})} ` : '';
  if (time === '' && details === '') return record.line;
  return Buffer.concat([Buffer.from(time + details), record.line]);
}

function encodeAttributes(attrs: Readonly<Record<string, string>>): string {
  return Object.keys(attrs)
    .sort()
    .map((key) => `${queryEscape(key)}=${queryEscape(attrs[key] ?? '')}`)
    .join(',');
}

/** application/x-www-form-urlencoded, as Docker's clients expect it. */
function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
