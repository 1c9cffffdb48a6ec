import { ValueError } from '../usage-error.ts';

/** Nanoseconds of each unit. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds from a Go duration: `1h30m`, `1.5s`, `300ms`, `-2m`, `0`. The error texts are Go's. */
export function parseDuration(text: string): number {
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') throw new ValueError(`time: invalid duration ${JSON.stringify(text)}`);
  let total = 0;
  let rest = body;
  while (rest !== '') {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (match === null) throw new ValueError(`time: invalid duration ${JSON.stringify(text)}`);
    const unit = match[2] ?? '';
    if (unit === '') {
      throw new ValueError(`time: missing unit in duration ${JSON.stringify(text)}`);
    }
    const scale = units[unit];
    if (scale === undefined) {
      const shown = JSON.stringify(unit);
      throw new ValueError(`time: unknown unit ${shown} in duration ${JSON.stringify(text)}`);
    }
    total += Math.trunc(Number((Number(match[1]) * scale).toPrecision(15)));
    rest = rest.slice(match[0].length);
  }
  if (total > 2 ** 63) throw new ValueError(`time: invalid duration ${JSON.stringify(text)}`);
  return text.startsWith('-') && total !== 0 ? -total : total;
}

/** Nanoseconds as Go prints a duration: `1m30s`, `300ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const sign = nanoseconds < 0 ? '-' : '';
  const value = Math.abs(nanoseconds);
  if (value < 1e3) return `${sign}${value}ns`;
  if (value < 1e6) return `${sign}${trimmed(value / 1e3)}µs`;
  if (value < 1e9) return `${sign}${trimmed(value / 1e6)}ms`;
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = trimmed((value % 60e9) / 1e9);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(9)));
}
