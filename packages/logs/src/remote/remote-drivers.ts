import { openFluentdSender, parseFluentdOptions } from './fluentd-sender.ts';
import { openGelfSender, parseGelfOptions } from './gelf-sender.ts';
import { openJournaldSender, requireJournal } from './journald-sender.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { openSyslogSender, parseSyslogOptions } from './syslog-sender.ts';

type Options = Readonly<Record<string, string>>;

interface RemoteDriver {
  /** Options of its own, beside those that all have. */
  readonly options: readonly string[];
  /** Options that Docker has and this version has not: how a client of Docker's waits, which a file does here. */
  readonly later: readonly string[];
  /** Throws an Error for values that cannot be understood. Depends on nothing but them. */
  check(options: Options): unknown;
  /** Throws an Error where the host lacks what the driver needs. */
  readonly requireHost?: () => void;
  open(options: Options, source: LogSource, system: SenderSystem): Promise<LogSender>;
}

/** Drivers that send a container's log elsewhere, by name. */
const drivers: Readonly<Record<string, RemoteDriver>> = {
  fluentd: {
    options: [
      'fluentd-address',
      'fluentd-async',
      'fluentd-async-connect',
      'fluentd-request-ack',
      'fluentd-sub-second-precision',
    ],
    later: [
      'fluentd-async-reconnect-interval',
      'fluentd-buffer-limit',
      'fluentd-max-retries',
      'fluentd-read-timeout',
      'fluentd-retry-wait',
      'fluentd-write-timeout',
    ],
    check: parseFluentdOptions,
    open: openFluentdSender,
  },
  journald: {
    options: [],
    later: [],
    check: () => undefined,
    requireHost: requireJournal,
    open: (_options, source, system) => openJournaldSender(source, system),
  },
  gelf: {
    options: ['gelf-address', 'gelf-compression-type', 'gelf-compression-level'],
    later: ['gelf-tcp-max-reconnect', 'gelf-tcp-reconnect-delay'],
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
    later: [],
    check: parseSyslogOptions,
    open: openSyslogSender,
  },
};

/** The driver of that name; undefined for those that only write a file. */
export function remoteLogDriver(name: string): RemoteDriver | undefined {
  return Object.hasOwn(drivers, name) ? drivers[name] : undefined;
}

export const remoteLogDrivers: readonly string[] = Object.keys(drivers);
