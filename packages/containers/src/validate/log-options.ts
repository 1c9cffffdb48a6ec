import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { remoteLogDriver } from '@berth/logs/remote/remote-drivers.ts';
import { checkLogTag, type LogTagFacts, renderLogTag } from './log-tag.ts';

/** Rotation of a log file, in bytes and files. */
export interface LogFileOptions {
  /** Undefined for no limit. */
  readonly maxSize?: number;
  readonly maxFiles: number;
}

const mebibyte = 1 << 20;

/** What each driver that writes a file knows, and how far its files grow unless told otherwise. */
const fileDrivers: Readonly<
  Record<string, LogFileOptions & { readonly options: ReadonlySet<string> }>
> = {
  'json-file': {
    maxSize: 100 * mebibyte,
    maxFiles: 5,
    options: new Set([
      'max-size',
      'max-file',
      'compress',
      'labels',
      'labels-regex',
      'env',
      'env-regex',
      'tag',
    ]),
  },
  local: {
    maxSize: 20 * mebibyte,
    maxFiles: 5,
    options: new Set(['max-size', 'max-file', 'compress']),
  },
};

/** Checks `--log-opt`; every failure has Docker's text. `max-size=-1` takes the limit away. */
export function parseLogOptions(log: HostConfig['LogConfig']): LogFileOptions {
  const options = log?.Config ?? {};
  const driver = log?.Type || 'json-file';
  const defaults = fileDrivers[driver];
  if (defaults === undefined) return parseRemoteOptions(driver, options);
  checkOptions(driver, defaults.options, options);
  const given = options['max-size'];
  if (given === undefined && driver === 'json-file') {
    if (parseCount(options['max-file'], 1) > 1) {
      throw invalid('max-file cannot be larger than 1 when max-size is not set');
    }
    return { maxSize: defaults.maxSize, maxFiles: defaults.maxFiles } as LogFileOptions;
  }
  const maxSize = given === undefined ? defaults.maxSize : parseSize(given);
  const maxFiles = parseCount(options['max-file'], driver === 'local' ? defaults.maxFiles : 1);
  if (maxSize !== undefined) return { maxSize, maxFiles };
  if (maxFiles > 1 && options['max-file'] !== undefined) {
    throw invalid('max-file cannot be larger than 1 when max-size is not set');
  }
  return { maxFiles: 1 };
}

/** What every driver that sends logs elsewhere knows, beside its own options. */
const remoteOptions = [
  'labels',
  'labels-regex',
  'env',
  'env-regex',
  'tag',
  'mode',
  'cache-disabled',
  'cache-max-size',
  'cache-max-file',
  'cache-compress',
];

/** The file from which the log is sent, and read by `logs`: the cache of Docker's options. */
function parseRemoteOptions(
  driver: string,
  options: Readonly<Record<string, string>>,
): LogFileOptions {
  const remote = remoteLogDriver(driver);
  if (remote === undefined) return { maxFiles: 1 };
  checkOptions(driver, new Set([...remoteOptions, ...remote.options]), options);
  for (const option of ['cache-disabled', 'cache-compress']) {
    if (options[option] === 'true') {
      throw engineError('containers.unsupported', { feature: `--log-opt ${option}=true` });
    }
  }
  try {
    remote.check(options);
  } catch (cause) {
    throw invalid((cause as Error).message);
  }
  const { maxSize, maxFiles } = fileDrivers.local as LogFileOptions;
  const given = options['cache-max-size'];
  const size = given === undefined ? maxSize : parseSize(given);
  const files = parseCount(options['cache-max-file'], maxFiles);
  return size === undefined ? { maxFiles: 1 } : { maxSize: size, maxFiles: files };
}

function checkOptions(
  driver: string,
  known: ReadonlySet<string>,
  options: Readonly<Record<string, string>>,
): void {
  for (const option of Object.keys(options)) {
    const ours = option === 'mode' && known.has(option) && options[option] === 'non-blocking';
    if ((option === 'mode' && !ours) || option === 'max-buffer-size') {
      const feature = `--log-opt ${option}=${options[option]}`;
      throw engineError('containers.unsupported', { feature });
    }
    if (!known.has(option)) throw engineError('containers.unknown-log-option', { option, driver });
  }
  for (const option of ['labels-regex', 'env-regex']) checkPattern(option, options[option]);
  checkLogTag(options.tag ?? '');
  if (options.compress === 'true') {
    throw engineError('containers.unsupported', { feature: '--log-opt compress=true' });
  }
}

function checkPattern(option: string, pattern: string | undefined): void {
  try {
    new RegExp(pattern ?? '');
  } catch (cause) {
    throw engineError(
      'containers.invalid-config',
      { reason: `invalid ${option}: ${(cause as Error).message}` },
      { cause },
    );
  }
}

function parseSize(text: string): number | undefined {
  if (text === '-1') return undefined;
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(text);
  if (match === null) throw invalid(`invalid size: '${text}'`);
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
  const size = Math.floor(Number(match[1]) * 1024 ** power);
  if (size <= 0) throw invalid('max-size must be a positive number');
  return size;
}

function parseCount(text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  if (!/^\d+$/.test(text)) throw invalid(`invalid number: '${text}'`);
  const count = Number(text);
  if (count < 1) throw invalid('max-file cannot be less than 1');
  return count;
}

function invalid(reason: string): Error {
  return engineError('containers.invalid-config', { reason });
}

/** Labels and variables that `labels`, `labels-regex`, `env` and `env-regex` copy into each log entry. */
export function logAttributes(
  log: HostConfig['LogConfig'],
  container: {
    readonly labels: Readonly<Record<string, string>>;
    readonly env: readonly string[];
    readonly facts: LogTagFacts;
  },
): Record<string, string> {
  const { labels, env, facts } = container;
  const options = log?.Config ?? {};
  const variables = Object.fromEntries(
    env.map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  ) as Record<string, string>;
  return {
    ...selected(labels, options.labels, options['labels-regex']),
    ...selected(variables, options.env, options['env-regex']),
    ...(options.tag ? { tag: renderLogTag(options.tag, facts) } : {}),
  };
}

function selected(
  values: Readonly<Record<string, string>>,
  names: string | undefined,
  pattern: string | undefined,
): Record<string, string> {
  const wanted = new Set((names ?? '').split(',').filter((name) => name !== ''));
  const matcher = pattern ? new RegExp(pattern) : undefined;
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => wanted.has(name) || matcher?.test(name) === true),
  );
}
