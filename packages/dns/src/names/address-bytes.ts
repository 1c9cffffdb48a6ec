import { isIP } from 'node:net';

/** The 4 or 16 bytes of a numeric address; undefined for anything else. */
export function addressBytes(text: string): Buffer | undefined {
  const family = isIP(text);
  if (family === 4) return Buffer.from(text.split('.').map(Number));
  return family === 6 && !text.includes('%') ? bytes6(text) : undefined;
}

/** The canonical text (RFC 5952) of 4 or 16 bytes, given as numbers of 8 or 16 bits. */
export function addressText(family: 4 | 6, groups: readonly number[]): string {
  if (family === 4) return groups.join('.');
  const text = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

/** URL parsing brings an address into its canonical form, without any IPv4 part. */
function bytes6(text: string): Buffer {
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
