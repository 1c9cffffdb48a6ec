import { openFluentdSender, parseFluentdOptions } from './fluentd-sender.ts';
import { openGelfSender, parseGelfOptions } from './gelf-sender.ts';
import { openJournaldSender, requireJournal } from './journald-sender.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { openSyslogSender, parseSyslogOptions } from './syslog-sender.ts';

type Options = Readonly<Record<string, string>>;

interface RemoteDriver {
  /** Options of its own, beside those that all have. */
  readonly options: readonly string[];
  /** Throws an Error for values that cannot be understood. */
  check(options: Options): unknown;
  open(options: Options, source: LogSource, system: SenderSystem): Promise<LogSender>;
}

/** Drivers that send a container's log elsewhere, by name. */
const drivers: Readonly<Record<string, RemoteDriver>> = {
  fluentd: {
    options: [
      'fluentd-address',
      'fluentd-async',
      'fluentd-request-ack',
      'fluentd-sub-second-precision',
    ],
    check: parseFluentdOptions,
    open: openFluentdSender,
  },
  journald: {
    options: [],
    check: requireJournal,
    open: (_options, source, system) => openJournaldSender(source, system),
  },
  gelf: {
    options: ['gelf-address', 'gelf-compression-type', 'gelf-compression-level'],
    check: parseGelfOptions,
    open: openGelfSender,
  },
  syslog: {
    options: [
      'syslog-address',
      'syslog-facility',
      'syslog-format',
      'syslog-tls-ca-cert',
      'syslog-tls-cert',
      'syslog-tls-key',
      'syslog-tls-skip-verify',
    ],
    check: parseSyslogOptions,
    open: openSyslogSender,
  },
};

/** The driver of that name; undefined for those that only write a file. */
export function remoteLogDriver(name: string): RemoteDriver | undefined {
  return Object.hasOwn(drivers, name) ? drivers[name] : undefined;
}

export const remoteLogDrivers: readonly string[] = Object.keys(drivers);
