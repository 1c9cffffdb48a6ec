import { engineError } from '@berth/errors';
import { containerStates } from '../container-state.ts';

export type Filters = Readonly<Record<string, readonly string[]>>;

const knownFilters = new Set([
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
]);

const healthStates = new Set(['starting', 'healthy', 'unhealthy', 'none']);

/** Fails for an unknown filter, and for values that their filter cannot have. */
export function validateListFilters(filters: Filters): void {
  for (const name of Object.keys(filters)) {
    if (!knownFilters.has(name)) throw engineError('containers.invalid-filter', { name });
  }
  for (const status of filters.status ?? []) {
    if (!(containerStates as readonly string[]).includes(status))
      throw invalidValue('status', status);
  }
  for (const health of filters.health ?? []) {
    if (!healthStates.has(health)) throw invalidValue('health', health);
  }
  for (const code of filters.exited ?? []) {
    if (!/^-?\d+$/.test(code)) throw invalidValue('exited', code);
  }
  for (const task of filters['is-task'] ?? []) {
    if (!/^(true|false|0|1)$/.test(task)) throw invalidValue('is-task', task);
  }
  for (const name of ['publish', 'expose'] as const) {
    for (const value of filters[name] ?? []) parsePortRange(name, value);
  }
}

export function invalidValue(name: string, value: string): Error {
  return engineError('containers.invalid-filter-value', { name, value });
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

/** `80`, `80/udp`, `8000-8010/tcp`. */
export function parsePortRange(filter: string, text: string): PortRange {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last < first || last > 65535) throw invalidValue(filter, text);
  return { first, last, protocol: (match[3] ?? 'tcp').toLowerCase() };
}

/** Any of the patterns: the whole of the name, a part of it, or a match as a regular expression. */
export function matchesPattern(patterns: readonly string[] | undefined, value: string): boolean {
  if (patterns === undefined || patterns.length === 0) return true;
  return patterns.some((pattern) => {
    if (value === pattern) return true;
    try {
      return new RegExp(pattern).test(value);
    } catch {
      return false;
    }
  });
}

/** Every `key` or `key=value` must be there. */
export function matchesLabels(
  wanted: readonly string[] | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (wanted ?? []).every((text) => {
    const equals = text.indexOf('=');
    if (equals < 0) return Object.hasOwn(labels, text);
    const key = text.slice(0, equals);
    return Object.hasOwn(labels, key) && labels[key] === text.slice(equals + 1);
  });
}

/** Any of the ranges holds any of the ports (`80/tcp`). */
export function matchesPorts(ranges: readonly PortRange[], ports: readonly string[]): boolean {
  return ranges.some(({ first, last, protocol }) =>
    ports.some((text) => {
      const [port, own = 'tcp'] = text.split('/');
      const number = Number(port);
      return own === protocol && number >= first && number <= last;
    }),
  );
}
