import type { LogRecord } from '../log-record.ts';

export const syslogFormats = ['', 'rfc3164', 'rfc5424', 'rfc5424micro'] as const;
export type SyslogFormat = (typeof syslogFormats)[number];

/** Facility numbers by name (RFC 5424, table 1). */
const facilities: Readonly<Record<string, number>> = Object.fromEntries(
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp'
    .split(' ')
    .map((name, index) => [name, index])
    .concat(Array.from({ length: 8 }, (_, index) => [`local${index}`, 16 + index])),
);

const severities = { stdout: 6, stderr: 3 } as const;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The facility of a name or number; undefined for what is neither. */
export function syslogFacility(text: string): number | undefined {
  if (text === '') return facilities.daemon;
  if (/^\d+$/.test(text)) return Number(text) <= 23 ? Number(text) : undefined;
  return Object.hasOwn(facilities, text) ? facilities[text] : undefined;
}

export interface SyslogSource {
  readonly facility: number;
  readonly tag: string;
  readonly hostname: string;
  /** Of the daemon. */
  readonly pid: number;
}

/** One message, without framing; times are those of the log, in UTC. */
export function formatSyslog(
  record: LogRecord,
  format: SyslogFormat,
  source: SyslogSource,
): string {
  const { tag, hostname, pid } = source;
  const priority = source.facility * 8 + severities[record.stream];
  const text = record.line.toString('utf8').replace(/\r?\n$/, '');
  const stamp = stampOf(record.time);
  switch (format) {
    case '':
      return `<${priority}>${stamp} ${tag}[${pid}]: ${text}`;
    case 'rfc3164':
      return `<${priority}>${stamp} ${hostname} ${tag}[${pid}]: ${text}`;
    case 'rfc5424':
      return `<${priority}>1 ${record.time.slice(0, 19)}Z ${hostname} ${tag} ${pid} ${tag} - ${text}`;
    case 'rfc5424micro':
      return `<${priority}>1 ${record.time.slice(0, 26)}Z ${hostname} ${tag} ${pid} ${tag} - ${text}`;
  }
}

/** `Jan _2 15:04:05` of an RFC 3339 time. */
function stampOf(time: string): string {
  const month = months[Number(time.slice(5, 7)) - 1] ?? 'Jan';
  return `${month} ${String(Number(time.slice(8, 10))).padStart(2)} ${time.slice(11, 19)}`;
}

/** Octet counting for secure streams (RFC 5425), a newline elsewhere. */
export function frameSyslog(message: string, counted: boolean): Buffer {
  if (!counted) return Buffer.from(`${message}\n`);
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}
