import { Readable } from 'node:stream';
import { encodeFrame, streamTypes } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { formatLogRecord, type LogRecord, readLogBatches } from '@berth/logs';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import type { LogOptions } from './container-service.ts';
import { parseLogOptions } from './validate/log-options.ts';

/** The log that a client asks for. Fails with Docker's texts when there is nothing to read. */
export function logsOfContainer(
  context: ContainerContext,
  name: string,
  options: LogOptions,
): { readonly tty: boolean; readonly stream: Readable } {
  if (!options.stdout && !options.stderr) throw engineError('containers.logs-no-streams', {});
  const entry = context.store.find(name);
  return { tty: entry.record.config.Tty === true, stream: openLogs(entry, options) };
}

/** Fails for a driver that keeps nothing, and for `cache-disabled`. */
export function requireReadableLog({ record }: ContainerEntry): void {
  if (record.logPath === '' || !parseLogOptions(record.hostConfig.LogConfig).readable) {
    throw engineError('containers.no-log-reading', {});
  }
}

/**
 * Entries of the container's log as the attach protocol carries them: framed, or raw with a tty.
 * Following ends with the run; a container that does not run is not followed.
 */
export function openLogs(entry: ContainerEntry, options: LogOptions): Readable {
  requireReadableLog(entry);
  const abort = new AbortController();
  const stream = Readable.from(logChunks(entry, options, abort.signal), { objectMode: false });
  stream.once('close', () => abort.abort());
  return stream;
}

async function* logChunks(
  entry: ContainerEntry,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const { logPath, config } = entry.record;
  const live = entry.running ? entry.live : undefined;
  const batches = readLogBatches({
    path: logPath,
    stdout: options.stdout,
    stderr: options.stderr,
    signal,
    ...(options.tail === undefined ? {} : { tail: options.tail }),
    ...(options.since ? { since: nanoseconds(options.since) } : {}),
    ...(options.until ? { until: nanoseconds(options.until) } : {}),
    ...(options.follow && live !== undefined ? { follow: true, stopped: live.ended } : {}),
  });
  for await (const records of batches) {
    yield Buffer.concat(records.map((record) => chunkOf(record, options, config.Tty === true)));
  }
}

function chunkOf(record: LogRecord, options: LogOptions, tty: boolean): Buffer {
  const bytes = formatLogRecord(record, options);
  return tty ? bytes : encodeFrame(streamTypes[record.stream], bytes);
}

/** Seconds with a fraction; microseconds are the most that a number of today's seconds can tell apart. */
function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e6)) * 1000n;
}
