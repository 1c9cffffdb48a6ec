import { parseDuration } from '../flags/durations.ts';
import { ValueError } from '../usage-error.ts';

const datePattern =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2}))?(?::(\d{2})(\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A point in time as the API takes it, `seconds.nanoseconds`: from an age (`42m`), a date (`2013-01-02`,
 * RFC 3339 in local time when no zone is given), or seconds since the epoch, which pass unchanged.
 */
export function apiTimestamp(text: string, now: number): string {
  if (/^-?\d+(\.\d{1,9})?$/.test(text)) return text;
  const age = ageNanoseconds(text);
  if (age !== undefined) {
    const nanoseconds = BigInt(Math.trunc(now * 1000)) * 1000n - BigInt(age);
    const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    return `${(nanoseconds - fraction) / 1_000_000_000n}.${String(fraction).padStart(9, '0')}`;
  }
  const match = datePattern.exec(text);
  if (match === null)
    throw new ValueError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = ''] = match;
  const time = Date.parse(`${date}T${hours}:${minutes}:${seconds}${zone}`);
  if (Number.isNaN(time))
    throw new ValueError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return `${Math.floor(time / 1000)}.${fraction.slice(1).padEnd(9, '0')}`;
}

function ageNanoseconds(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}
