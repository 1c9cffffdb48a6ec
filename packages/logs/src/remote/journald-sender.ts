import { existsSync } from 'node:fs';
import type { LogRecord } from '../log-record.ts';
import type { LogSender, LogSource, SenderSystem } from './log-sender.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const socketPath = '/run/systemd/journal/socket';
/** Severities of syslog, as Docker chooses them. */
const priorities = { stdout: 6, stderr: 3 } as const;

/** Throws an Error, with Docker's text, on a host without a journal. */
export function requireJournal(): void {
  if (!existsSync(socketPath)) throw new Error('journald is not enabled on this host');
}

/** Sends to the journal of the host by its native protocol (systemd, Native Journal Protocol). */
export async function openJournaldSender(
  source: LogSource,
  { sendDatagram }: SenderSystem,
): Promise<LogSender> {
  return {
    send: async (records, progress) => {
      for (const [index, record] of records.entries()) {
        sendDatagram(socketPath, formatJournal(record, source));
        progress?.(index + 1);
      }
    },
    close: () => undefined,
  };
}

/** One entry. Names of labels and variables become what the journal allows; the message keeps every byte. */
export function formatJournal(record: LogRecord, source: LogSource): Buffer {
  const ends = record.line.at(-1) === newline;
  const message = ends ? record.line.subarray(0, -1) : record.line;
  const fields: Record<string, string | Buffer> = {
    ...Object.fromEntries(
      Object.entries(source.attributes).flatMap(([name, value]) => {
        const field = fieldName(name);
        return field === '' ? [] : [[field, value]];
      }),
    ),
    CONTAINER_ID: source.containerId.slice(0, 12),
    CONTAINER_ID_FULL: source.containerId,
    CONTAINER_NAME: source.containerName,
    CONTAINER_TAG: source.tag,
    IMAGE_NAME: source.imageName,
    SYSLOG_IDENTIFIER: source.tag,
    SYSLOG_TIMESTAMP: record.time,
    PRIORITY: String(priorities[record.stream]),
    ...(ends ? {} : { CONTAINER_PARTIAL_MESSAGE: 'true' }),
    MESSAGE: message.at(-1) === carriageReturn ? message.subarray(0, -1) : message,
  };
  return Buffer.concat(Object.entries(fields).map(([name, value]) => fieldOf(name, value)));
}

/** `NAME=value`, or name, 64 bits of length and value where that would be ambiguous. */
function fieldOf(name: string, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  if (!bytes.includes(newline)) {
    return Buffer.concat([Buffer.from(`${name}=`), bytes, Buffer.from([newline])]);
  }
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from([newline])]);
}

/** Upper case, digits and `_`, not beginning with `_`: fields that do are the journal's own. */
function fieldName(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '_')
    .replace(/^[_0-9]+/, '');
}
