const domain4 = '.in-addr.arpa';
const domain6 = '.ip6.arpa';

/** The address that a reverse name (RFC 1035, section 3.5; RFC 3596, section 2.5) stands for, if it is a whole one. */
export function addressOfReverseName(
  name: string,
): { family: 4 | 6; groups: number[] } | undefined {
  if (name.endsWith(domain4)) return reverse4(name.slice(0, -domain4.length).split('.'));
  if (name.endsWith(domain6)) return reverse6(name.slice(0, -domain6.length).split('.'));
  return undefined;
}

function reverse4(labels: readonly string[]) {
  if (labels.length !== 4 || !labels.every((label) => /^(0|[1-9]\d{0,2})$/.test(label))) {
    return undefined;
  }
  const groups = labels.map(Number).reverse();
  return groups.every((group) => group <= 255) ? { family: 4 as const, groups } : undefined;
}

function reverse6(labels: readonly string[]) {
  if (labels.length !== 32 || !labels.every((label) => /^[0-9a-f]$/.test(label))) return undefined;
  const digits = [...labels].reverse().join('');
  const groups = digits.match(/.{4}/g)?.map((group) => Number.parseInt(group, 16)) ?? [];
  return { family: 6 as const, groups };
}
