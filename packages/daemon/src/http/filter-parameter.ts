import { engineError } from '@berth/errors';

export type Filters = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the JSON of a `filters` parameter in both of Docker's shapes: `{"label":["a","b"]}` and
 * `{"label":{"a":true,"b":true}}`. Keys and values come back without repeats. Anything else is
 * api.invalid-filters.
 */
export function parseFilters(text: string): Filters {
  if (text === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw engineError('api.invalid-filters', {}, { cause });
  }
  if (parsed === null) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw engineError('api.invalid-filters', {});
  }
  const entries = Object.entries(parsed).map(([key, values]) => [key, filterValues(values)]);
  return Object.fromEntries(entries) as Filters;
}

function filterValues(values: unknown): readonly string[] {
  if (values === null) return [];
  if (Array.isArray(values)) {
    if (!values.every((value) => typeof value === 'string')) {
      throw engineError('api.invalid-filters', {});
    }
    return [...new Set(values)];
  }
  if (typeof values !== 'object') throw engineError('api.invalid-filters', {});
  const marks = Object.entries(values as Record<string, unknown>);
  if (!marks.every(([, mark]) => typeof mark === 'boolean')) {
    throw engineError('api.invalid-filters', {});
  }
  return marks.map(([value]) => value);
}
