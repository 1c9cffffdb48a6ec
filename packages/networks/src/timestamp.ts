const nanosecondsPerSecond = 1_000_000_000n;

/** RFC 3339 with nanoseconds, trailing zeros left out, in UTC: `2026-01-02T03:04:05.6Z`. */
export function formatTimestamp(nanoseconds: bigint): string {
  const seconds = nanoseconds / nanosecondsPerSecond;
  const fraction = (nanoseconds % nanosecondsPerSecond).toString().padStart(9, '0');
  const digits = fraction.replace(/0+$/, '');
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}${digits === '' ? '' : `.${digits}`}Z`;
}
