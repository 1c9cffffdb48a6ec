import { type IpPrefix, overlaps, parsePrefix, widthOf } from '../ip/ip-prefix.ts';

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

/** The first subnet of the pools that overlaps none of `taken`; undefined when there is none left. */
export function chooseSubnet(
  pools: readonly AddressPool[],
  taken: readonly IpPrefix[],
): IpPrefix | undefined {
  for (const pool of pools) {
    for (const subnet of subnetsOf(pool)) {
      if (!taken.some((other) => overlaps(subnet, other))) return subnet;
    }
  }
  return undefined;
}

function* subnetsOf({ base, size }: AddressPool): Generator<IpPrefix> {
  const block = parsePrefix(base);
  if (block === undefined || size < block.length || size > widthOf(block.family)) return;
  const step = 1n << BigInt(widthOf(block.family) - size);
  const count = 1n << BigInt(size - block.length);
  for (let index = 0n; index < count; index++) {
    yield { family: block.family, first: block.first + index * step, length: size };
  }
}
