/** The wait that a Retry-After header asks for (RFC 9110 §10.2.3), or undefined. Never negative. */
export function retryAfterMilliseconds(
  header: string | undefined,
  now: number,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) || !/[a-z]/i.test(text) ? undefined : Math.max(0, date - now);
}
