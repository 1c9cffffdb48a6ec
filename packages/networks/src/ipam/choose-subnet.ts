import { type IpPrefix, lastOf, overlaps, parsePrefix, widthOf } from '../ip/ip-prefix.ts';

/** A block of addresses that is cut into subnets of `size` bits. */
export interface AddressPool {
  readonly base: string;
  readonly size: number;
}

/** Docker's defaults: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 and up. */
export const defaultAddressPools: readonly AddressPool[] = [
  { base: '172.17.0.0/16', size: 16 },
  { base: '172.18.0.0/16', size: 16 },
  { base: '172.19.0.0/16', size: 16 },
  { base: '172.20.0.0/14', size: 16 },
  { base: '172.24.0.0/14', size: 16 },
  { base: '172.28.0.0/14', size: 16 },
  { base: '192.168.0.0/16', size: 20 },
];

/**
 * The first subnet of the pools that overlaps none of `taken`; undefined when there is none left. The time
 * follows the number of taken subnets, not that of the subnets in a pool.
 */
export function chooseSubnet(
  pools: readonly AddressPool[],
  taken: readonly IpPrefix[],
): IpPrefix | undefined {
  for (const pool of pools) {
    const subnet = firstFree(pool, taken);
    if (subnet !== undefined) return subnet;
  }
  return undefined;
}

function firstFree({ base, size }: AddressPool, taken: readonly IpPrefix[]): IpPrefix | undefined {
  const block = parsePrefix(base);
  if (block === undefined || size < block.length || size > widthOf(block.family)) return undefined;
  const step = 1n << BigInt(widthOf(block.family) - size);
  const obstacles = taken
    .filter((other) => overlaps(block, other))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let first = block.first;
  for (const obstacle of obstacles) {
    if (first + step <= obstacle.first) break;
    const behind = lastOf(obstacle) + 1n;
    if (behind > first) first = block.first + ceilTo(behind - block.first, step);
  }
  return first + step - 1n <= lastOf(block)
    ? { family: block.family, first, length: size }
    : undefined;
}

function ceilTo(value: bigint, step: bigint): bigint {
  return ((value + step - 1n) / step) * step;
}
