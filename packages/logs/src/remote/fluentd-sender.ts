import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { LogRecord } from '../log-record.ts';
import { openConnection } from './connection.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { EventTime, type PackValue, packMessage } from './message-pack.ts';
import { parseDuration, parseSize, parseSwitch, parseUnsigned } from './option-values.ts';
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts';
import { growingWait, patientRetry, type RetryPolicy } from './retry-policy.ts';

type Options = Readonly<Record<string, string>>;

/** How long a receiver may take to confirm what it was sent, in milliseconds. */
const confirmPatience = 30_000;
/** Milliseconds of the first wait for a receiver, of the longest, and what each is longer than the one before. */
const retryWait = { first: 1000, longest: 60_000, factor: 1.5 };
/** Bounds of fluentd-async-reconnect-interval, in milliseconds. */
const interval = { shortest: 100, longest: 10_000 };
const protocols = ['tcp', 'tcp+tls', 'unix'] as const;

/** What the fluentd driver has to do; throws an Error for options that cannot be understood. */
export function parseFluentdOptions(options: Options): {
  readonly address: RemoteAddress;
  readonly confirmed: boolean;
  readonly precise: boolean;
  /** A container whose receiver does not answer does not start. */
  readonly needed: boolean;
  readonly retry: RetryPolicy;
  /** Milliseconds after which a new connection is made, for receivers behind a balancer; 0: never. */
  readonly renewal: number;
  /** Milliseconds for a confirmation, and for the taking of a batch; 0: as long as it takes. */
  readonly patience: { readonly read: number; readonly write: number };
} {
  const given = options['fluentd-address'] || '127.0.0.1:24224';
  const text = given.includes('://') ? given.replace(/^tls:/, 'tcp+tls:') : `tcp://${given}`;
  const address = parseRemoteAddress('fluentd-address', text, protocols, 24_224);
  const retry = retryOf(options);
  if (options['fluentd-async'] && options['fluentd-async-connect']) {
    throw new Error(
      "conflicting options: cannot specify both 'fluentd-async' and 'fluentd-async-connect",
    );
  }
  const asynchronous = ['fluentd-async', 'fluentd-async-connect'].map((option) =>
    parseSwitch(options[option] || 'true'),
  );
  return {
    address,
    needed: asynchronous.includes(false),
    confirmed: parseSwitch(options['fluentd-request-ack'] || 'false'),
    precise: parseSwitch(options['fluentd-sub-second-precision'] || 'false'),
    retry,
    renewal: renewalOf(options['fluentd-async-reconnect-interval']),
    patience: {
      read: timeoutOf(options, 'fluentd-read-timeout'),
      write: timeoutOf(options, 'fluentd-write-timeout'),
    },
  };
}

function retryOf(options: Options): RetryPolicy {
  const given = (option: string): string | undefined => options[option] || undefined;
  const keep = given('fluentd-buffer-limit');
  const first = given('fluentd-retry-wait');
  const attempts = given('fluentd-max-retries');
  const limited = keep === undefined ? {} : { keep: parseSize(keep) };
  const { longest, factor } = retryWait;
  const begin = first === undefined ? retryWait.first : parseDuration(first);
  return {
    ...limited,
    wait:
      first === undefined && attempts === undefined
        ? patientRetry.wait
        : growingWait(Math.max(begin, 1), factor, longest),
    ...(attempts === undefined ? {} : { attempts: parseUnsigned(attempts) }),
  };
}

function renewalOf(text: string | undefined): number {
  if (!text) return 0;
  const option = 'fluentd-async-reconnect-interval';
  const time = explained(option, text);
  if (time !== 0 && (time < interval.shortest || time > interval.longest)) {
    throw new Error(
      `invalid value for ${option}: value (${JSON.stringify(text)}) must be between 100ms and 10s`,
    );
  }
  return time;
}

function timeoutOf(options: Options, option: string): number {
  const text = options[option];
  if (!text) return 0;
  const time = explained(option, text);
  if (time < 0) {
    throw new Error(
      `invalid value for ${option}: value (${JSON.stringify(text)}) must be a positive duration`,
    );
  }
  return time;
}

function explained(option: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new Error(`invalid value for ${option}: ${(error as Error).message}`);
  }
}

/** Before a start of a container that needs its receiver; rejects with Go's words. */
export async function requireFluentd(options: Options, system: SenderSystem): Promise<void> {
  const { address, needed } = parseFluentdOptions(options);
  if (!needed) return;
  try {
    (await openConnection(address, system)).close();
  } catch (cause) {
    const [network, place] =
      'path' in address
        ? ['unix', address.path]
        : ['tcp', `${isIPv6(address.host) ? `[${address.host}]` : address.host}:${address.port}`];
    throw new Error(`dial ${network} ${place}: ${wordsOf(cause)}`, { cause });
  }
}

function wordsOf(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connect: connection refused',
    ENOENT: 'connect: no such file or directory',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ETIMEDOUT: 'i/o timeout',
  };
  const { code = '', message } = error as NodeJS.ErrnoException;
  return words[code] ?? message;
}

/** Opens the way to a receiver of the Fluentd forward protocol. The options were checked. */
export async function openFluentdSender(
  options: Options,
  source: LogSource,
  system: SenderSystem,
): Promise<LogSender> {
  const { address, confirmed, precise, renewal, patience } = parseFluentdOptions(options);
  let connection = await openConnection(address, system);
  let closed = false;
  let opened = performance.now();
  const renew = async (): Promise<void> => {
    if (renewal === 0 || performance.now() - opened < renewal) return;
    connection.close();
    connection = await openConnection(address, system);
    opened = performance.now();
    if (closed) connection.close();
  };
  return {
    send: async (records) => {
      await renew();
      const entries = records.map((record) => entryOf(record, source, precise));
      const chunk = randomUUID();
      const rest: PackValue[] = confirmed ? [{ chunk }] : [];
      const answered = confirmed
        ? connection.answer(packMessage(chunk), patience.read || confirmPatience)
        : undefined;
      const used = connection;
      const late = patience.write > 0 && setTimeout(() => used.close(), patience.write);
      const written = connection
        .write([packMessage([source.tag, entries, ...rest])])
        .finally(() => late && clearTimeout(late));
      await Promise.all([written, answered]);
    },
    close: () => {
      closed = true;
      connection.close();
    },
  };
}

function entryOf(record: LogRecord, source: LogSource, precise: boolean): PackValue {
  const seconds = Math.floor(Date.parse(`${record.time.slice(0, 19)}Z`) / 1000);
  const whole = record.line.at(-1) === 0x0a;
  const text = record.line.toString('utf8').replace(/\r?\n$/, '');
  return [
    precise ? new EventTime(seconds, Number(record.time.slice(20, 29))) : seconds,
    {
      container_id: source.containerId,
      container_name: `/${source.containerName}`,
      source: record.stream,
      log: text,
      ...(whole ? {} : { partial_message: 'true' }),
      ...source.attributes,
    },
  ];
}
