import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { remoteLogDriver } from '@berth/logs/remote/remote-drivers.ts';
import {
  invalidLogOption,
  parseLogCount,
  parseLogLimit,
  parseLogSize,
  parseLogSwitch,
} from './log-option-values.ts';
import { checkLogTag } from './log-tag.ts';

/** How the log files of a container are written. */
export interface LogFileOptions {
  readonly format: 'json-file' | 'local';
  /** Bytes at which a file is rotated; undefined for no limit. */
  readonly maxSize?: number;
  /** Files kept, the current one included. */
  readonly maxFiles: number;
  /** Whether rotated files are compressed. */
  readonly compress: boolean;
  /** Bytes that may wait for the disk before output is dropped (`mode=non-blocking`). */
  readonly bufferSize?: number;
  /** The container waits while the oldest file has not been sent (`mode=blocking` of a driver that sends). */
  readonly hold: boolean;
  /** Whether `logs` may read it: no with `cache-disabled`. */
  readonly readable: boolean;
}

type Options = Readonly<Record<string, string>>;
type Bounds = Pick<LogFileOptions, 'maxSize' | 'maxFiles' | 'compress'>;

const mebibyte = 1 << 20;
/** Docker's `max-buffer-size`. */
const defaultBuffer = mebibyte;
const jsonFileBounds: Bounds = { maxSize: 100 * mebibyte, maxFiles: 5, compress: false };
const localBounds: Bounds = { maxSize: 20 * mebibyte, maxFiles: 5, compress: true };

const modes = ['mode', 'max-buffer-size'];
const attributes = ['labels', 'labels-regex', 'env', 'env-regex', 'tag'];
const files = ['max-size', 'max-file', 'compress'];
const cache = ['cache-disabled', 'cache-max-size', 'cache-max-file', 'cache-compress'];

/** Checks `--log-opt`; every failure has Docker's text. `max-size=-1` takes the limit away. */
export function parseLogOptions(log: HostConfig['LogConfig']): LogFileOptions {
  const options = log?.Config ?? {};
  const driver = log?.Type || 'json-file';
  const remote = remoteLogDriver(driver);
  const mode = parseMode(options);
  const common = { ...mode, hold: false, readable: true };
  // Options of the cache may come from the daemon's; a driver that reads its own files has no use for them.
  const ofFile = [...modes, ...attributes, ...files, ...cache];
  if (driver === 'json-file') {
    checkOptions(driver, ofFile, options);
    return { format: 'json-file', ...common, ...jsonFile(options) };
  }
  if (driver === 'local') {
    checkOptions(driver, ofFile, options);
    return { format: 'local', ...common, ...local(options, '') };
  }
  if (remote === undefined) return { format: 'local', ...common, maxFiles: 1, compress: false };
  const known = [...modes, ...attributes, ...cache, ...remote.options];
  checkOptions(driver, known, options, () => remote.check(options));
  return { format: 'local', ...common, ...remoteCache(options) };
}

/** For a start: fails where the host lacks what the driver needs. */
export function requireLogDriver(log: HostConfig['LogConfig']): void {
  try {
    remoteLogDriver(log?.Type ?? '')?.requireHost?.();
  } catch (cause) {
    throw invalidLogOption(`failed to initialize logging driver: ${(cause as Error).message}`);
  }
}

/** For a start: fails where the options want a receiver that answers, and none does. */
export async function requireLogReceiver(
  log: HostConfig['LogConfig'],
  host: Pick<Kernel['host'], 'sendDatagram'>,
): Promise<void> {
  try {
    const system = {
      sendDatagram: (to: string, message: string | Uint8Array) => host.sendDatagram(to, message),
    };
    await remoteLogDriver(log?.Type ?? '')?.requireReceiver?.(log?.Config ?? {}, system);
  } catch (cause) {
    throw invalidLogOption(`failed to initialize logging driver: ${(cause as Error).message}`);
  }
}

/** `mode=blocking` of a driver that sends means: wait rather than lose what has not been sent. */
function remoteCache(options: Options): Bounds & Pick<LogFileOptions, 'hold' | 'readable'> {
  const disabled = options['cache-disabled'];
  const bounds = local(options, 'cache-');
  const hold = options['mode'] === 'blocking';
  if (hold && (bounds.maxSize === undefined || bounds.maxFiles < 2)) {
    throw invalidLogOption(
      'mode=blocking needs a cache-max-file of 2 or more, and a cache-max-size',
    );
  }
  try {
    return { ...bounds, hold, readable: disabled === undefined || !parseLogSwitch(disabled) };
  } catch {
    throw invalidLogOption(`invalid value for option cache-disabled: ${disabled}`);
  }
}

function parseMode(options: Options): Pick<LogFileOptions, 'bufferSize'> {
  const { mode = '', 'max-buffer-size': size } = options;
  if (!['', 'blocking', 'non-blocking'].includes(mode)) {
    throw invalidLogOption(`logger: logging mode not supported: ${mode}`);
  }
  if (size !== undefined && mode !== 'non-blocking') {
    throw invalidLogOption(
      "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
    );
  }
  if (mode !== 'non-blocking') return {};
  return {
    bufferSize: Math.max(
      1,
      explained('error parsing option max-buffer-size', () =>
        size === undefined ? defaultBuffer : parseLogSize(size),
      ),
    ),
  };
}

function jsonFile(options: Options): Bounds {
  const { 'max-size': size, 'max-file': count, compress: switched } = options;
  const maxFiles = count === undefined ? undefined : parseLogCount(count);
  const maxSize = size === undefined ? undefined : parseLogLimit(size);
  if (maxSize === undefined && maxFiles !== undefined && maxFiles > 1) {
    throw invalidLogOption('max-file cannot be larger than 1 when max-size is not set');
  }
  const bounds =
    size === undefined
      ? jsonFileBounds
      : { ...(maxSize === undefined ? {} : { maxSize }), maxFiles: maxFiles ?? 1 };
  const compress = switched !== undefined && parseLogSwitch(switched);
  if (compress && (bounds.maxFiles < 2 || bounds.maxSize === undefined)) {
    throw invalidLogOption(
      'compress cannot be true when max-file is less than 2 or max-size is not set',
    );
  }
  return { ...bounds, compress };
}

/** Options of the local driver, and of the cache with a prefix. */
function local(options: Options, prefix: '' | 'cache-'): Bounds {
  const {
    [`${prefix}max-size`]: size,
    [`${prefix}max-file`]: count,
    [`${prefix}compress`]: switched,
  } = options;
  const { maxSize, maxFiles } = localBounds;
  const bounds = {
    maxSize:
      size === undefined
        ? maxSize
        : explained(`invalid value for ${prefix}max-size: ${size}`, () => parseLogLimit(size)),
    maxFiles:
      count === undefined
        ? maxFiles
        : explained(`invalid value for ${prefix}max-file: ${count}`, () => parseLogCount(count)),
  };
  const rotates = bounds.maxFiles > 1 && bounds.maxSize !== undefined;
  const compress =
    switched === undefined
      ? rotates
      : explained('error reading compress log option', () => parseLogSwitch(switched));
  if (compress && !rotates) {
    throw invalidLogOption('compression cannot be enabled when max file count is 1');
  }
  const { maxSize: limit, maxFiles: number } = bounds;
  return limit === undefined
    ? { maxFiles: 1, compress }
    : { maxSize: limit, maxFiles: number, compress };
}

function explained<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw invalidLogOption(`${what}: ${(error as Error).message}`);
  }
}

function checkOptions(
  driver: string,
  known: readonly string[],
  options: Options,
  checkOwn: () => unknown = () => undefined,
): void {
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    if (driver === 'local') {
      throw invalidLogOption(`unknown log opt '${option}' for log driver local`);
    }
    throw engineError('containers.unknown-log-option', { option, driver });
  }
  try {
    checkOwn();
  } catch (cause) {
    throw invalidLogOption((cause as Error).message);
  }
  for (const option of ['labels-regex', 'env-regex']) checkPattern(option, options[option]);
  checkLogTag(options.tag ?? '');
}

function checkPattern(option: string, pattern: string | undefined): void {
  try {
    new RegExp(pattern ?? '');
  } catch (cause) {
    throw invalidLogOption(`invalid ${option}: ${(cause as Error).message}`);
  }
}
