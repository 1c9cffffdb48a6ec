import type { EventClock } from '@berth/events';

/** The time of day, the same clock that events carry. */
export type Clock = EventClock;

/** Go's zero time, which Docker shows where nothing happened yet. */
export const zeroTime = '0001-01-01T00:00:00Z';

/** RFC 3339 in UTC with up to nine decimals, trailing zeros dropped (Go's RFC3339Nano). */
export function formatTimestamp(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${date}Z` : `${date}.${fraction}Z`;
}

/** Inverse of `formatTimestamp`; 0 for Go's zero time and for what is no timestamp. */
export function parseTimestamp(text: string | undefined): bigint {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text ?? '');
  if (match === null || text === zeroTime) return 0n;
  const milliseconds = Date.parse(`${match[1]}Z`);
  return BigInt(milliseconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
}

/** Whole seconds between two timestamps. */
export function secondsBetween(from: bigint, to: bigint): number {
  return Number((to - from) / 1_000_000_000n);
}
