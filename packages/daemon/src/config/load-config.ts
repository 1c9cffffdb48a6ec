import { isDeepStrictEqual } from 'node:util';
import { engineError } from '@berth/errors';
import { checkConfig } from './check-config.ts';
import { readConfigFile } from './config-file.ts';
import {
  type DaemonConfig,
  daemonOptions,
  flagOf,
  type OptionKey,
  optionKeys,
  optionOf,
  type PartialConfig,
} from './option-table.ts';
import { refusals } from './refused-options.ts';

/**
 * The configuration that follows from the flags and the file they name. Fails when a key stands in both,
 * when an option is set that this version does not have, or when values make no sense.
 */
export function loadConfig(flags: PartialConfig): DaemonConfig {
  const path = flags['config-file'] ?? daemonOptions['config-file'].default;
  const file = readConfigFile(path, flags['config-file'] !== undefined);
  refuseConflicts(path, flags, file);
  const config = mergeConfig(flags, file);
  refuseUnsupported(config);
  checkConfig(config);
  return config;
}

export function mergeConfig(flags: PartialConfig, file: PartialConfig): DaemonConfig {
  const defaults = optionKeys.map((key) => [key, optionOf(key).default]);
  return { ...Object.fromEntries(defaults), ...file, ...flags } as DaemonConfig;
}

/** Maps are compared as a whole, as dockerd does: neither source wins silently. */
function refuseConflicts(path: string, flags: PartialConfig, file: PartialConfig): void {
  const conflicts = (Object.keys(file) as OptionKey[])
    .filter((key) => flags[key] !== undefined)
    .map((key) => `${key}: (from flag: ${show(flags[key])}, from file: ${show(file[key])})`);
  if (conflicts.length === 0) return;
  throw engineError('daemon.config-conflict', { path, conflicts: conflicts.join(', ') });
}

function refuseUnsupported(config: DaemonConfig): void {
  for (const key of optionKeys) {
    const { unsupported, default: fallback } = optionOf(key);
    if (unsupported !== true || isDeepStrictEqual(config[key], fallback)) continue;
    const name = flagOf(key) === undefined ? `"${key}" of daemon.json` : `--${flagOf(key)}`;
    throw engineError('daemon.option-not-implemented', {
      option: name,
      value: show(config[key]),
      reason: refusals[key] ?? '',
    });
  }
}

/** As Go prints it: lists in brackets without commas. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
