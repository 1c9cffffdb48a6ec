import { formatIpAddress, type IpAddress, parseIpAddress } from './ip-address.ts';

/** A network in CIDR notation: `first` has no bits set behind `length`. */
export interface IpPrefix {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly length: number;
}

/** An address with the length of its network, as `172.17.0.1/16`. */
export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly prefix: IpPrefix;
}

export function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/** Reads `172.17.0.1/16`. Undefined when it is not an address and a length. */
export function parseInterfaceAddress(text: string): InterfaceAddress | undefined {
  const [host = '', bits, ...rest] = text.split('/');
  const address = parseIpAddress(host);
  if (address === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '')) return undefined;
  const length = Number(bits);
  if (length > widthOf(address.family)) return undefined;
  return { address, prefix: prefixOf(address, length) };
}

/** Reads a network; bits behind the length are cleared. */
export function parsePrefix(text: string): IpPrefix | undefined {
  return parseInterfaceAddress(text)?.prefix;
}

/** The network of the given length that holds the address. */
export function prefixOf({ family, value }: IpAddress, length: number): IpPrefix {
  const hostBits = BigInt(widthOf(family) - length);
  return { family, first: (value >> hostBits) << hostBits, length };
}

export function formatPrefix({ family, first, length }: IpPrefix): string {
  return `${formatIpAddress({ family, value: first })}/${length}`;
}

/** The last address of the network: for IPv4 its broadcast address. */
export function lastOf({ family, first, length }: IpPrefix): bigint {
  return first + (1n << BigInt(widthOf(family) - length)) - 1n;
}

export function containsAddress(prefix: IpPrefix, { family, value }: IpAddress): boolean {
  return family === prefix.family && value >= prefix.first && value <= lastOf(prefix);
}

export function containsPrefix(outer: IpPrefix, inner: IpPrefix): boolean {
  return (
    inner.length >= outer.length &&
    containsAddress(outer, { family: inner.family, value: inner.first })
  );
}

export function overlaps(a: IpPrefix, b: IpPrefix): boolean {
  return containsPrefix(a, b) || containsPrefix(b, a);
}
