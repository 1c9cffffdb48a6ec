import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';

/** Rotation of a json-file log, in bytes and files; and the labels and variables copied into its entries. */
export interface JsonFileOptions {
  /** Undefined for no limit. */
  readonly maxSize?: number;
  readonly maxFiles: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const knownOptions = new Set([
  'max-size',
  'max-file',
  'compress',
  'labels',
  'labels-regex',
  'env',
  'env-regex',
  'tag',
]);

/** Checks `--log-opt` of the json-file driver; every failure has Docker's text. */
export function parseLogOptions(log: HostConfig['LogConfig']): JsonFileOptions {
  const options = log?.Config ?? {};
  if (log?.Type === 'none') return { maxFiles: 1, attributes: {} };
  for (const option of Object.keys(options)) {
    if (option === 'mode' || option === 'max-buffer-size') {
      throw engineError('containers.unsupported', { feature: `--log-opt ${option}` });
    }
    if (!knownOptions.has(option)) {
      throw engineError('containers.unknown-log-option', { option, driver: 'json-file' });
    }
  }
  for (const option of ['labels-regex', 'env-regex']) checkPattern(option, options[option]);
  if (options.compress === 'true') {
    throw engineError('containers.unsupported', { feature: '--log-opt compress=true' });
  }
  const maxSize = parseSize(options['max-size']);
  const maxFiles = parseCount(options['max-file']);
  if (maxFiles > 1 && maxSize === undefined) {
    throw invalid('max-file cannot be larger than 1 when max-size is not set');
  }
  return { ...(maxSize === undefined ? {} : { maxSize }), maxFiles, attributes: {} };
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

function parseSize(text: string | undefined): number | undefined {
  if (text === undefined || text === '-1') return undefined;
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(text);
  if (match === null) throw invalid(`invalid size: '${text}'`);
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
  const size = Math.floor(Number(match[1]) * 1024 ** power);
  if (size <= 0) throw invalid('max-size must be a positive number');
  return size;
}

function parseCount(text: string | undefined): number {
  if (text === undefined) return 1;
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
  labels: Readonly<Record<string, string>>,
  env: readonly string[],
): Record<string, string> {
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
    ...(options.tag ? { tag: options.tag } : {}),
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
