const nanosecondsOf: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const wholeDuration = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const durationPart = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Nanoseconds of a duration such as `1m30s` (Go's time.ParseDuration); undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = wholeDuration.exec(text);
  if (match === null) return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of (match[2] ?? '').matchAll(durationPart)) {
    sum += Number(number) * nanosecondsOf[unit]!;
  }
  const rounded = Math.round(sum);
  return match[1] === '-' ? -rounded : rounded;
}
