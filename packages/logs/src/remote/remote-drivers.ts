import { openFluentdSender, parseFluentdOptions, requireFluentd } from './fluentd-sender.ts';
import { openGelfSender, parseGelfOptions } from './gelf-sender.ts';
import { openJournaldSender, requireJournal } from './journald-sender.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { openSyslogSender, parseSyslogOptions } from './syslog-sender.ts';

type Options = Readonly<Record<string, string>>;

interface RemoteDriver {
  /** Options of its own, beside those that all have. */
  readonly options: readonly string[];
  /** Throws an Error for values that cannot be understood. Depends on nothing but them. */
  check(options: Options): unknown;
  /** Throws an Error where the host lacks what the driver needs. */
  readonly requireHost?: () => void;
  /** Rejects where the options say that a container does not start without its receiver, and nobody answers. */
  readonly requireReceiver?: (options: Options, system: SenderSystem) => Promise<void>;
  /** How a receiver that is away is waited for; patientRetry by default. The options were checked. */
  readonly retry?: (options: Options) => RetryPolicy;
  open(options: Options, source: LogSource, system: SenderSystem): Promise<LogSender>;
}

/** Drivers that send a container's log elsewhere, by name. */
const drivers: Readonly<Record<string, RemoteDriver>> = {
  fluentd: {
    options: [
      'fluentd-address',
      'fluentd-async',
      'fluentd-async-connect',
      'fluentd-async-reconnect-interval',
      'fluentd-buffer-limit',
      'fluentd-max-retries',
      'fluentd-read-timeout',
      'fluentd-request-ack',
      'fluentd-retry-wait',
      'fluentd-sub-second-precision',
      'fluentd-write-timeout',
    ],
    check: parseFluentdOptions,
    requireReceiver: requireFluentd,
    retry: (options) => parseFluentdOptions(options).retry,
    open: openFluentdSender,
  },
  journald: {
    options: [],
    check: () => undefined,
    requireHost: requireJournal,
    open: (_options, source, system) => openJournaldSender(source, system),
  },
  gelf: {
    options: [
      'gelf-address',
      'gelf-compression-type',
      'gelf-compression-level',
      'gelf-tcp-max-reconnect',
      'gelf-tcp-reconnect-delay',
    ],
    check: parseGelfOptions,
    retry: (options) => parseGelfOptions(options).retry,
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
