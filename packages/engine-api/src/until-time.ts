import { engineError } from '@berth/errors';

const units: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
};

/**
 * The time of an `until` filter in nanoseconds since the epoch: `10m`, `1h30m` (before `now`), seconds since the
 * epoch, or RFC 3339. Undefined for anything else.
 */
function untilTime(text: string, now: bigint): bigint | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return BigInt(Math.round(Number(text) * 1e3)) * 1_000_000n;
  if (/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) {
    let duration = 0n;
    for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(h|ms|m|s)/g)) {
      duration += (BigInt(Math.round(Number(amount) * 1000)) * (units[unit ?? 's'] ?? 0n)) / 1000n;
    }
    return now - duration;
  }
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : BigInt(time) * 1_000_000n;
}

/** As `untilTime`, for the filter `until` of a request, which is given once. Undefined when it is not given. */
export function untilFilter(
  values: readonly string[] | undefined,
  now: bigint,
): bigint | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const refuse = (reason: string) => engineError('common.invalid-argument', { reason });
  if (values.length > 1) throw refuse('more than one until filter specified');
  const [text = ''] = values;
  const time = untilTime(text, now);
  if (time !== undefined) return time;
  throw refuse(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
}
