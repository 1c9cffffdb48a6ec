import { engineError } from '@berth/errors';
import {
  familiarName,
  familiarString,
  type ImageConfig,
  parseReference,
  repositoryOf,
} from '@berth/oci';
import { parseGoDuration } from './changes/go-duration.ts';
import { type ImageRecord, isDangling } from './image-record.ts';
import type { Filters } from './image-service.ts';
import { matchPath } from './match-path.ts';

/** What filters look at. */
export interface FilterSubject {
  readonly records: readonly ImageRecord[];
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Configurations of the platforms that are present. */
  readonly configs: readonly ImageConfig[];
}

export type ImagePredicate = (subject: FilterSubject) => boolean;

const trueWords = new Set(['1', 'true']);
const falseWords = new Set(['0', 'false']);

/** Fails with images.invalid-filter for a key that is not in `accepted`. */
export function checkFilterKeys(filters: Filters, accepted: readonly string[]): void {
  for (const key of Object.keys(filters)) {
    if (!accepted.includes(key)) throw engineError('images.invalid-filter', { filter: key });
  }
}

/** The value of a boolean filter given at most once. */
export function booleanFilter(filters: Filters, key: string): boolean | undefined {
  const values = filters[key] ?? [];
  if (values.length === 0) return undefined;
  const on = values.some((value) => trueWords.has(value.toLowerCase()));
  const off = values.some((value) => falseWords.has(value.toLowerCase()));
  if (on === off || values.length !== 1) {
    throw engineError('images.invalid-filter', { filter: `${key}=[${values.join(' ')}]` });
  }
  return on;
}

/** Predicate of `label` and `label!`: every one must hold, for one and the same platform. */
export function labelFilter(filters: Filters): ImagePredicate | undefined {
  const checks = [
    ...(filters.label ?? []).map((text) => labelCheck(text, false)),
    ...(filters['label!'] ?? []).map((text) => labelCheck(text, true)),
  ];
  if (checks.length === 0) return undefined;
  return ({ configs }) =>
    configs.some(({ config }) => checks.every((check) => check(config?.Labels ?? {})));
}

/** Predicate of `until`: created before every one of the given times. */
export function untilFilter(filters: Filters, now: number): ImagePredicate | undefined {
  const times = (filters.until ?? []).map((text) => parseTime(text, now));
  if (times.length === 0) return undefined;
  const limit = Math.min(...times);
  return ({ created }) => created < limit;
}

/** Which names the `reference` filter lets through; undefined when there is none. */
export function referenceFilter(filters: Filters): ((record: ImageRecord) => boolean) | undefined {
  const patterns = filters.reference ?? [];
  if (patterns.length === 0) return undefined;
  for (const pattern of patterns) matchPath(pattern, '');
  return (record) => {
    if (isDangling(record)) return false;
    const reference = parseReference(record.name);
    const texts = [familiarString(reference), familiarName(repositoryOf(reference))];
    return patterns.some((pattern) => texts.some((text) => matchPath(pattern, text)));
  };
}

/**
 * A time as Docker's clients give it: seconds since the epoch, RFC 3339, a date, or a duration before
 * now. Milliseconds since the epoch.
 */
export function parseTime(text: string, now: number): number {
  const duration = parseGoDuration(text);
  if (duration !== undefined && !/^\d+$/.test(text)) return now - duration / 1e6;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text)) {
    const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
    if (!Number.isNaN(time)) return time;
  }
  throw engineError('common.invalid-argument', {
    reason: `failed to parse value as time or duration: ${JSON.stringify(text)}`,
  });
}

type LabelCheck = (labels: Readonly<Record<string, string>>) => boolean;

function labelCheck(text: string, negated: boolean): LabelCheck {
  const equals = text.indexOf('=');
  const key = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  return (labels) => {
    const actual = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const holds = value === undefined ? actual !== undefined : actual === value;
    return holds !== negated;
  };
}
