import { flagOf, type OptionKey, optionKeys, optionOf } from './option-table.ts';

/** The text of `berthd --help`, from the option table. */
export function usage(): string {
  const rows = optionKeys
    .map((key) => ({ key, flag: flagOf(key) }))
    .filter((row): row is { key: OptionKey; flag: string } => row.flag !== undefined)
    .sort((left, right) => left.flag.localeCompare(right.flag))
    .map(({ key, flag }) => usageRow(key, flag));
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
  return `\nUsage:  berthd [OPTIONS]\n\nThe Berth container engine.\n\nOptions:\n${lines.join('\n')}\n`;
}

const typeWords = {
  string: 'string',
  boolean: '',
  integer: 'int',
  bytes: 'bytes',
  list: 'list',
  map: 'map',
  switches: 'map',
  ulimits: 'ulimit',
  pools: 'pool-options',
  runtimes: 'runtime',
  object: 'object',
} as const;

function usageRow(key: OptionKey, flag: string): [string, string] {
  const { short, type, help, default: fallback, unsupported } = optionOf(key);
  const word = typeWords[type] === '' ? '' : ` ${typeWords[type]}`;
  const shown =
    typeof fallback === 'object' || fallback === '' || fallback === false || fallback === 0
      ? ''
      : ` (default ${typeof fallback === 'string' ? JSON.stringify(fallback) : fallback})`;
  const missing = unsupported === true ? ' (not implemented yet)' : '';
  return [
    `${short === undefined ? '    ' : `-${short}, `}--${flag}${word}`,
    `${help}${shown}${missing}`,
  ];
}
