import { readFileSync } from 'node:fs';
import { engineError, errnoOf } from '@berth/errors';
import { readFileValue } from './file-value.ts';
import { isOptionKey, optionOf, type PartialConfig } from './option-table.ts';

/**
 * Reads the configuration file. A missing file is an empty configuration unless the user named it. Every
 * failure names the file: unreadable, no JSON, unknown keys (all of them), a key with a wrong type.
 */
export function readConfigFile(path: string, required: boolean): PartialConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' && !required) return {};
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('daemon.config-file', { path, reason }, { cause });
  }
  try {
    return parseConfig(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('daemon.config-file', { path, reason }, { cause });
  }
}

/** Reads the text of a configuration file; an empty one is an empty configuration. */
export function parseConfig(text: string): PartialConfig {
  if (text.trim() === '') return {};
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw engineError('daemon.config-not-object', {});
  }
  const given = withListedGateway(parsed);
  const unknown = Object.keys(given).filter(
    (key) => !isOptionKey(key) || optionOf(key).inFile === false,
  );
  if (unknown.length > 0) {
    throw engineError('daemon.config-unknown-keys', { keys: unknown.join(', ') });
  }
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (isOptionKey(key)) values[key] = readFileValue(key, optionOf(key).type, value);
  }
  return values as PartialConfig;
}

/** Up to version 28 dockerd knew one address only, under a key of its own. */
function withListedGateway(parsed: object): object {
  if (!('host-gateway-ip' in parsed)) return parsed;
  if ('host-gateway-ips' in parsed) {
    throw engineError('daemon.config-both-spellings', {
      older: 'host-gateway-ip',
      newer: 'host-gateway-ips',
    });
  }
  const { 'host-gateway-ip': address, ...others } = parsed;
  return { ...others, 'host-gateway-ips': [address] };
}
