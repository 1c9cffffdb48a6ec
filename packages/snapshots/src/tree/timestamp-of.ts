import type { Timestamp } from '@berth/tar/tar-entry.ts';

/** Nanoseconds since the epoch as stat(2) gives them. */
export function timestampOf(nanoseconds: bigint): Timestamp {
  const rest = nanoseconds % 1_000_000_000n;
  const positive = rest < 0n ? rest + 1_000_000_000n : rest;
  return [Number((nanoseconds - positive) / 1_000_000_000n), Number(positive)];
}
