import { engineError } from '@berth/errors';

/** Nanoseconds of `seconds[.fraction]`; undefined for an absent time. */
export function parseTimestamp(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined || text === '') return undefined;
  const parts = /^(\d{1,12})(?:\.(\d{1,9})\d*)?$/.exec(text);
  if (parts === null) {
    const reason = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw engineError('api.invalid-query', { name, reason });
  }
  return BigInt(parts[1] ?? '0') * 1_000_000_000n + fraction(parts[2]);
}

/** The same in seconds for the logs of containers, where zero means "no limit" too. */
export function parseTimestampSeconds(name: string, text: string | undefined): number | undefined {
  const nanoseconds = parseTimestamp(name, text);
  return nanoseconds === undefined || nanoseconds === 0n ? undefined : Number(nanoseconds) / 1e9;
}

function fraction(digits: string | undefined): bigint {
  return BigInt((digits ?? '').padEnd(9, '0'));
}
