import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { LogRecord } from '../log-record.ts';
import { openConnection } from './connection.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';
import { parseRemoteAddress, type RemoteAddress } from './remote-address.ts';
import { patientRetry, type RetryPolicy } from './retry-policy.ts';

type Options = Readonly<Record<string, string>>;
type Compression = 'gzip' | 'zlib' | 'none';

/** Payload of one datagram, and how many a message may take (GELF 1.1, chunking). */
const chunkSize = 1420 - 12;
const chunkLimit = 128;
/** Seconds between attempts of a container that limits their number. */
const defaultDelay = 1;
/** Milliseconds between attempts where no time is asked for. */
const shortestDelay = 100;
/** Severities of syslog. */
const levels = { stdout: 6, stderr: 3 } as const;

/** What the gelf driver has to do; throws an Error for options that cannot be understood. */
export function parseGelfOptions(options: Options): {
  readonly address: RemoteAddress;
  readonly compression: Compression;
  readonly level: number;
  readonly retry: RetryPolicy;
} {
  const given = options['gelf-address'];
  if (!given) throw new Error('gelf-address is a required parameter');
  const address = parseRemoteAddress('gelf-address', given, ['udp', 'tcp']);
  const type = options['gelf-compression-type'];
  if (type !== undefined && !['gzip', 'zlib', 'none'].includes(type)) {
    throw unknownValue('gelf-compression-type', type);
  }
  const levelText = options['gelf-compression-level'];
  const level = Number(levelText ?? 1);
  if (!Number.isInteger(level) || level < -1 || level > 9) {
    throw unknownValue('gelf-compression-level', levelText ?? '');
  }
  if (address.protocol === 'tcp' && (type ?? options['gelf-compression-level']) !== undefined) {
    throw new Error('compression is only supported on UDP');
  }
  const retry = retryOf(options, address);
  return { address, compression: (type ?? 'gzip') as Compression, level, retry };
}

/** Docker gives an entry up after three attempts; here only who asks for a number has one. */
function retryOf(options: Options, { protocol }: RemoteAddress): RetryPolicy {
  const count = (option: string): number | undefined => {
    const text = options[option];
    if (text === undefined) return undefined;
    if (protocol !== 'tcp') throw new Error(`"${option}" is only valid for TCP`);
    if (!/^\+?\d+$/.test(text)) throw new Error(`"${option}" must be a positive integer`);
    return Number(text);
  };
  const attempts = count('gelf-tcp-max-reconnect');
  const delay = count('gelf-tcp-reconnect-delay');
  const seconds = delay ?? (attempts === undefined ? undefined : defaultDelay);
  return {
    wait: seconds === undefined ? patientRetry.wait : () => Math.max(seconds * 1000, shortestDelay),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

function unknownValue(option: string, value: string): Error {
  return new Error(
    `unknown value ${JSON.stringify(value)} for log opt "${option}" for gelf log driver`,
  );
}

/** Opens the way to a GELF receiver. The options were checked. */
export async function openGelfSender(
  options: Options,
  source: LogSource,
  system: SenderSystem,
): Promise<LogSender> {
  const { address, compression, level } = parseGelfOptions(options);
  const connection = await openConnection(address, system);
  const messages = (record: LogRecord): Buffer[] => {
    const text = Buffer.from(formatGelf(record, source));
    if (address.protocol === 'tcp') return [Buffer.concat([text, Buffer.from([0])])];
    if (compression === 'gzip') return chunksOf(gzipSync(text, { level }));
    return chunksOf(compression === 'zlib' ? deflateSync(text, { level }) : text);
  };
  return {
    send: (records) => connection.write(records.flatMap(messages)),
    close: () => connection.close(),
  };
}

/** One message of GELF 1.1. */
export function formatGelf(record: LogRecord, source: LogSource): string {
  const nanoseconds = record.time.slice(20, 29);
  const seconds = Math.floor(Date.parse(`${record.time.slice(0, 19)}Z`) / 1000);
  const extra = Object.entries(source.attributes).map(([name, value]) => [`_${name}`, value]);
  return JSON.stringify({
    version: '1.1',
    host: source.hostname,
    short_message: record.line.toString('utf8').replace(/\r?\n$/, ''),
    timestamp: Number(`${seconds}.${nanoseconds.slice(0, 6)}`),
    level: levels[record.stream],
    _command: source.command,
    _container_id: source.containerId,
    _container_name: source.containerName,
    _created: source.created,
    _image_id: source.imageId,
    _image_name: source.imageName,
    _tag: source.tag,
    ...Object.fromEntries(extra),
  });
}

/** Messages of more than 128 datagrams cannot be sent and are left out, as the protocol wants it. */
export function chunksOf(message: Buffer): Buffer[] {
  if (message.length <= chunkSize + 12) return [message];
  const count = Math.ceil(message.length / chunkSize);
  if (count > chunkLimit) return [];
  const id = randomBytes(8);
  return Array.from({ length: count }, (_, index) =>
    Buffer.concat([
      Buffer.from([0x1e, 0x0f]),
      id,
      Buffer.from([index, count]),
      message.subarray(index * chunkSize, (index + 1) * chunkSize),
    ]),
  );
}
