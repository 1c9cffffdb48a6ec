import { engineError } from '@berth/errors';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

const known = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

/** Keeps the networks that match every filter; values of one filter are alternatives, but for labels. */
export function filterNetworks(
  records: readonly NetworkRecord[],
  filters: Filters,
  isUsed: (networkId: string) => boolean,
): NetworkRecord[] {
  const unknown = Object.keys(filters).find((key) => !known.includes(key));
  if (unknown !== undefined) throw engineError('networks.invalid-filter', { filter: unknown });
  const types = (filters.type ?? []).map(typeOf);
  const dangling = (filters.dangling ?? []).map(switchOf)[0];
  return records.filter(
    (record) =>
      any(filters.driver, (value) => record.driver === value) &&
      any(filters.scope, (value) => record.scope === value) &&
      any(filters.name, (value) => matchesPart(record.name, value)) &&
      any(filters.id, (value) => matchesPart(record.id, value)) &&
      (filters.label ?? []).every((value) => hasLabel(record, value)) &&
      any(types, (predefined) => isPredefined(record.name) === predefined) &&
      (dangling === undefined || (!isPredefined(record.name) && !isUsed(record.id)) === dangling),
  );
}

function any<T>(values: readonly T[] | undefined, matches: (value: T) => boolean): boolean {
  return values === undefined || values.length === 0 || values.some(matches);
}

/** A part of the text, or with `^` and `$` its begin or end. Docker takes any regular expression here. */
function matchesPart(text: string, pattern: string): boolean {
  const start = pattern.startsWith('^');
  const end = pattern.endsWith('$');
  const part = pattern.slice(start ? 1 : 0, end ? -1 : undefined);
  if (start && end) return text === part;
  if (start) return text.startsWith(part);
  return end ? text.endsWith(part) : text.includes(part);
}

function typeOf(value: string): boolean {
  if (value === 'builtin' || value === 'custom') return value === 'builtin';
  throw engineError('networks.invalid-filter', { filter: `type=${value}` });
}

function switchOf(value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw engineError('networks.invalid-filter', { filter: `dangling=${value}` });
}

export function hasLabel({ labels }: NetworkRecord, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  const key = equals < 0 ? wanted : wanted.slice(0, equals);
  return Object.hasOwn(labels, key) && (equals < 0 || labels[key] === wanted.slice(equals + 1));
}
