import { isIP } from 'node:net';
import { KernelError } from '../kernel-error.ts';
import { family } from './rtnetlink.ts';

export interface Prefix {
  readonly family: number;
  readonly address: Buffer;
  readonly length: number;
}

/** Parses CIDR notation; a bare address is a host prefix. EINVAL when it is neither. */
export function parsePrefix(text: string): Prefix {
  const [address = '', bits] = text.split('/', 2);
  const bytes = parseAddress(address);
  const most = bytes.length * 8;
  const length = bits === undefined ? most : Number(bits);
  if (bits === '' || !Number.isInteger(length) || length < 0 || length > most)
    throw new KernelError('rtnetlink', 'EINVAL', text, 'not an address in CIDR notation');
  return { family: familyOf(bytes), address: bytes, length };
}

/** Network byte order, 4 or 16 bytes. */
export function parseAddress(text: string): Buffer {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) return Buffer.from(text.split('.').map(Number));
  if (version === 6) return parseIpv6(text);
  throw new KernelError('rtnetlink', 'EINVAL', text, 'not an IP address');
}

export function familyOf(address: Buffer): number {
  return address.length === 4 ? family.ipv4 : family.ipv6;
}

/** Text of an address; IPv6 in the form of RFC 5952. */
export function formatAddress(bytes: Buffer): string {
  return bytes.length === 4 ? [...bytes].join('.') : formatIpv6(bytes);
}

export function parseMac(text: string): Buffer {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text))
    throw new KernelError('rtnetlink', 'EINVAL', text, 'not a MAC address');
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

export function formatMac(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function parseIpv6(text: string): Buffer {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded !== null) {
    const tail = Buffer.from(embedded[2]!.split('.').map(Number));
    const groups = `${tail.readUInt16BE(0).toString(16)}:${tail.readUInt16BE(2).toString(16)}`;
    return parseIpv6(`${embedded[1]}${groups}`);
  }
  const [head = '', tail] = text.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  return bytes;
}

function formatIpv6(bytes: Buffer): string {
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff)
    return `::ffff:${[...bytes.subarray(12)].join('.')}`;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  const head = hex.slice(0, run.start).join(':');
  return `${head}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
