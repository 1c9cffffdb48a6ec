import { engineError } from '@berth/errors';
import { parseByteSize } from './byte-size.ts';
import type { OptionType } from './option-definition.ts';
import type { OptionKey } from './option-table.ts';

/** Checks a value of the configuration file against its option's type; gives it in the table's shape. */
export function readFileValue(key: OptionKey, type: OptionType, value: unknown): unknown {
  const fail = (expected: string) =>
    engineError('daemon.config-wrong-type', { key, expected, found: kindOf(value) });
  switch (type) {
    case 'string':
    case 'boolean':
      if (typeof value !== type) throw fail(type);
      return value;
    case 'integer':
      if (!Number.isSafeInteger(value)) throw fail('integer');
      return value;
    case 'bytes': {
      const bytes = typeof value === 'string' ? parseByteSize(value) : value;
      if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
        throw fail('size such as "64m"');
      }
      return bytes;
    }
    case 'list':
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
        throw fail('list of strings');
      }
      return value;
    case 'pools':
      if (!Array.isArray(value) || !value.every(isPool)) throw fail('list of {"base","size"}');
      return value;
    default:
      return readRecord(key, type, value, fail);
  }
}

function readRecord(
  key: OptionKey,
  type: 'map' | 'switches' | 'ulimits' | 'runtimes' | 'object',
  value: unknown,
  fail: (expected: string) => Error,
): unknown {
  if (!isRecord(value)) throw fail('object');
  const allowed: Readonly<Record<typeof type, (item: unknown) => boolean>> = {
    map: (item) => typeof item === 'string',
    switches: (item) => typeof item === 'boolean',
    ulimits: isUlimit,
    runtimes: (item) => isRecord(item) && typeof item.path === 'string',
    object: () => true,
  };
  for (const [name, item] of Object.entries(value)) {
    if (allowed[type](item)) continue;
    const expected = expectedItem[type];
    throw engineError('daemon.config-wrong-type', {
      key: `${key}.${name}`,
      expected,
      found: kindOf(item),
    });
  }
  return value;
}

const expectedItem = {
  map: 'string',
  switches: 'boolean',
  ulimits: 'object with Name, Hard and Soft',
  runtimes: 'object with a path',
  object: 'value',
} as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPool(value: unknown): boolean {
  return isRecord(value) && typeof value.base === 'string' && Number.isInteger(value.size);
}

function isUlimit(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.Name === 'string' &&
    Number.isInteger(value.Hard) &&
    Number.isInteger(value.Soft)
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
