import { isDeepStrictEqual } from 'node:util';
import { type DaemonConfig, type OptionKey, optionKeys, optionOf } from './option-table.ts';

export interface ReloadedConfig {
  readonly config: DaemonConfig;
  /** Reloadable keys whose value is another now. */
  readonly changed: readonly OptionKey[];
  /** Keys that differ in the file but need a restart: they keep their old value. */
  readonly ignored: readonly OptionKey[];
}

/** Takes over what can change while the daemon runs. */
export function reloadConfig(current: DaemonConfig, loaded: DaemonConfig): ReloadedConfig {
  const different = optionKeys.filter((key) => !isDeepStrictEqual(current[key], loaded[key]));
  const changed = different.filter((key) => optionOf(key).reloadable === true);
  const ignored = different.filter((key) => optionOf(key).reloadable !== true);
  const values = Object.fromEntries(changed.map((key) => [key, loaded[key]]));
  return { config: { ...current, ...values } as DaemonConfig, changed, ignored };
}
