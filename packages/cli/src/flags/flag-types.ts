import { ValueError } from '../usage-error.ts';
import { parseCsvRecord } from './csv.ts';
import { parseDuration } from './durations.ts';
import { parseBoolean, parseFlagInteger, parseFlagUnsigned } from './numbers.ts';
import { parseCpus, parseSize, parseSwapSize } from './sizes.ts';

/** Filters by name, each with the values given for it. */
export type FilterValues = Readonly<Record<string, readonly string[]>>;

/** A parsed value of any flag type. */
export type FlagValue =
  | boolean
  | string
  | number
  | readonly string[]
  | Readonly<Record<string, string>>
  | FilterValues;

/** How a type is shown in help, where it starts, and how one more value changes it. */
export interface FlagTypeRules {
  readonly shown: string;
  readonly initial: () => FlagValue;
  /** Throws ValueError. */
  readonly next: (previous: FlagValue, text: string) => FlagValue;
}

const simple = (shown: string, initial: FlagValue, parse: (text: string) => FlagValue) => ({
  shown,
  initial: () => initial,
  next: (_: FlagValue, text: string) => parse(text),
});

const rules = {
  bool: simple('', false, parseBoolean),
  string: simple('string', '', (text) => text),
  int: simple('int', 0, parseFlagInteger),
  uint16: simple('uint16', 0, (text) => parseFlagUnsigned(text, 16)),
  uint: simple('uint', 0, (text) => parseFlagUnsigned(text, 64)),
  bytes: simple('bytes', 0, parseSize),
  'swap-bytes': simple('bytes', 0, parseSwapSize),
  duration: simple('duration', 0, parseDuration),
  decimal: simple('decimal', 0, parseCpus),
  list: {
    shown: 'list',
    initial: () => [],
    next: (previous: FlagValue, text: string) => [...(previous as string[]), text],
  },
  strings: {
    shown: 'strings',
    initial: () => [],
    next: (previous: FlagValue, text: string) => [
      ...(previous as string[]),
      ...(text === '' ? [] : parseCsvRecord(text)),
    ],
  },
  map: {
    shown: 'map',
    initial: () => ({}),
    next: (previous: FlagValue, text: string) => addPair(previous as Record<string, string>, text),
  },
  settings: {
    shown: 'stringToString',
    initial: () => ({}),
    next: (previous: FlagValue, text: string) => ({
      ...(previous as Record<string, string>),
      ...parseSettings(text),
    }),
  },
  filter: {
    shown: 'filter',
    initial: () => ({}),
    next: (previous: FlagValue, text: string) => addFilter(previous as FilterValues, text),
  },
} as const satisfies Record<string, FlagTypeRules>;

export type FlagType = keyof typeof rules;

export const flagTypes: Readonly<Record<FlagType, FlagTypeRules>> = rules;

function addPair(previous: Readonly<Record<string, string>>, text: string): Record<string, string> {
  const [key, value] = cut(text, '=');
  return { ...previous, [key]: value ?? '' };
}

/** `key=value,key=value`, quoted as in CSV where a value has commas. */
function parseSettings(text: string): Record<string, string> {
  const pairs = text === '' ? [] : parseCsvRecord(text);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value] = cut(pair, '=');
      if (value === undefined) throw new ValueError(`${pair} must be formatted as key=value`);
      return [key, value];
    }),
  );
}

function addFilter(previous: FilterValues, text: string): FilterValues {
  if (text === '') return previous;
  const [key, value] = cut(text, '=');
  if (value === undefined) throw new ValueError('bad format of filter (expected name=value)');
  const name = key.trim().toLowerCase();
  const values = previous[name] ?? [];
  const added = value.trim();
  return { ...previous, [name]: values.includes(added) ? values : [...values, added] };
}

/** Splits at the first separator; the second part is undefined when there is none. */
export function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
