import { engineError } from '@berth/errors';
import { driverNameOf } from './volume-context.ts';
import type { VolumeRecord } from './volume-record.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

const listFilters = new Set(['dangling', 'driver', 'label', 'name']);
const pruneFilters = new Set(['all', 'label', 'label!']);

/** Keeps the volumes that match every filter; values of one filter are alternatives, but for labels. */
export function filterVolumes(
  records: readonly VolumeRecord[],
  filters: Filters,
  isUsed: (name: string) => boolean,
): VolumeRecord[] {
  checkKeys(filters, listFilters);
  const dangling = flagOf(filters, 'dangling');
  return records.filter(
    (record) =>
      (dangling === undefined || dangling === !isUsed(record.name)) &&
      any(filters['driver'], (value) => value === driverNameOf(record)) &&
      any(filters['name'], (value) => record.name.includes(value)) &&
      all(filters['label'], (value) => hasLabel(record, value)),
  );
}

/** Volumes that prune takes: unused, anonymous unless `all` is set, and with the wanted labels. */
export function filterPrunable(
  records: readonly VolumeRecord[],
  filters: Filters,
  isUsed: (name: string) => boolean,
): VolumeRecord[] {
  checkKeys(filters, pruneFilters);
  const everything = flagOf(filters, 'all') === true;
  return records.filter(
    (record) =>
      !isUsed(record.name) &&
      (everything || record.anonymous) &&
      all(filters['label'], (value) => hasLabel(record, value)) &&
      all(filters['label!'], (value) => !hasLabel(record, value)),
  );
}

function checkKeys(filters: Filters, known: ReadonlySet<string>): void {
  const filter = Object.keys(filters).find((key) => !known.has(key));
  if (filter !== undefined) throw engineError('volumes.invalid-filter', { filter });
}

function flagOf(filters: Filters, key: string): boolean | undefined {
  const value = filters[key]?.[0];
  if (value === undefined) return undefined;
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw engineError('volumes.invalid-filter', { filter: `${key}=[${value}]` });
}

function any(values: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return values === undefined || values.length === 0 || values.some(test);
}

function all(values: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return values === undefined || values.every(test);
}

function hasLabel(record: VolumeRecord, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  const key = equals < 0 ? wanted : wanted.slice(0, equals);
  if (!Object.hasOwn(record.labels, key)) return false;
  return equals < 0 || record.labels[key] === wanted.slice(equals + 1);
}
