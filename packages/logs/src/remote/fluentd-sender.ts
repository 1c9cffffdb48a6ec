import { randomUUID } from 'node:crypto';
import type { LogRecord } from '../log-record.ts';
import { openConnection } from './connection.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { EventTime, type PackValue, packMessage } from './message-pack.ts';
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts';

type Options = Readonly<Record<string, string>>;

/** How long a receiver may take to confirm what it was sent, in milliseconds. */
const confirmPatience = 30_000;
const protocols = ['tcp', 'tcp+tls', 'unix'] as const;

/** What the fluentd driver has to do; throws an Error for options that cannot be understood. */
export function parseFluentdOptions(options: Options): {
  readonly address: RemoteAddress;
  readonly confirmed: boolean;
  readonly precise: boolean;
} {
  const given = options['fluentd-address'] || '127.0.0.1:24224';
  const text = given.includes('://') ? given.replace(/^tls:/, 'tcp+tls:') : `tcp://${given}`;
  for (const option of ['fluentd-async', 'fluentd-async-connect']) {
    if (options[option] === undefined || flag(options, option)) continue;
    throw new Error(`${option}=false is not supported: entries are always sent from a file`);
  }
  return {
    address: parseRemoteAddress('fluentd-address', text, protocols, 24_224),
    confirmed: flag(options, 'fluentd-request-ack'),
    precise: flag(options, 'fluentd-sub-second-precision'),
  };
}

function flag(options: Options, name: string): boolean {
  const text = options[name] ?? 'false';
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Opens the way to a receiver of the Fluentd forward protocol. The options were checked. */
export async function openFluentdSender(
  options: Options,
  source: LogSource,
  system: SenderSystem,
): Promise<LogSender> {
  const { address, confirmed, precise } = parseFluentdOptions(options);
  const connection = await openConnection(address, system);
  return {
    send: async (records) => {
      const entries = records.map((record) => entryOf(record, source, precise));
      const chunk = randomUUID();
      const rest: PackValue[] = confirmed ? [{ chunk }] : [];
      const answered = confirmed
        ? connection.answer(packMessage(chunk), confirmPatience)
        : undefined;
      await Promise.all([
        connection.write([packMessage([source.tag, entries, ...rest])]),
        answered,
      ]);
    },
    close: () => connection.close(),
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
