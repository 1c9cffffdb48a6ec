import { engineError } from '@berth/errors';
import { readFlagValue } from './flag-value.ts';
import {
  flagOf,
  type OptionKey,
  optionKeys,
  optionOf,
  type PartialConfig,
} from './option-table.ts';

const keyByFlag = new Map<string, OptionKey>();
const keyByShort = new Map<string, OptionKey>();
for (const key of optionKeys) {
  const flag = flagOf(key);
  if (flag !== undefined) keyByFlag.set(flag, key);
  const { short } = optionOf(key);
  if (short !== undefined) keyByShort.set(short, key);
}

/**
 * Reads the daemon's command line: `--flag=value`, `--flag value`, `--switch`, `-H value`, `-Hvalue`,
 * `-Dl debug`. Fails with daemon.unknown-flag, daemon.flag-needs-value, daemon.invalid-flag or
 * daemon.unexpected-argument.
 */
export function parseFlags(args: readonly string[]): PartialConfig {
  const values: Record<string, unknown> = {};
  const queue = [...args];
  const set = (key: OptionKey, flag: string, text: string): void => {
    values[key] = readFlagValue(flag, optionOf(key).type, text, values[key]);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--' && queue.length === 0) break;
    if (word.startsWith('--') && word !== '--') readLong(word, queue, set);
    else if (word.startsWith('-') && word !== '-') readShort(word, queue, set);
    else throw engineError('daemon.unexpected-argument', { argument: word });
  }
  return values as PartialConfig;
}

type SetValue = (key: OptionKey, flag: string, text: string) => void;

function readLong(word: string, queue: string[], set: SetValue): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const key = keyByFlag.get(name);
  if (key === undefined) throw engineError('daemon.unknown-flag', { flag: `--${name}` });
  set(key, `--${name}`, equals < 0 ? nextValue(key, `--${name}`, queue) : word.slice(equals + 1));
}

/** Letters of switches may be joined; the first that takes a value takes the rest of the word. */
function readShort(word: string, queue: string[], set: SetValue): void {
  for (let rest = word.slice(1); rest !== ''; ) {
    const letter = rest.slice(0, 1);
    const key = keyByShort.get(letter);
    if (key === undefined) {
      throw engineError('daemon.unknown-flag', { flag: `'${letter}' in ${word}` });
    }
    const name = `-${letter}, --${flagOf(key)}`;
    rest = rest.slice(1);
    if (rest.startsWith('=')) {
      set(key, name, rest.slice(1));
      return;
    }
    if (optionOf(key).type !== 'boolean' && rest !== '') {
      set(key, name, rest);
      return;
    }
    set(key, name, nextValue(key, `-${letter}`, queue));
  }
}

function nextValue(key: OptionKey, flag: string, queue: string[]): string {
  if (optionOf(key).type === 'boolean') return 'true';
  const value = queue.shift();
  if (value === undefined) throw engineError('daemon.flag-needs-value', { flag });
  return value;
}
