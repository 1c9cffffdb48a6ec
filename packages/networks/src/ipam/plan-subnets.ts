import type { IPAMConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { canonicalIpAddress, formatIpAddress, parseIpAddress } from '../ip/ip-address.ts';
import { formatPrefix, type IpPrefix, overlaps, parsePrefix } from '../ip/ip-prefix.ts';
import type { SubnetRecord } from '../model/network-record.ts';
import { AddressSpace } from './address-space.ts';
import { type AddressPool, chooseSubnet } from './choose-subnet.ts';

export interface SubnetRequest {
  /** Checked; subnets of a family that is off are left out. */
  readonly configs: readonly IPAMConfig[];
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** Where subnets come from that the user does not name, in this order. */
  readonly pools: readonly AddressPool[];
  /** Of other networks: nothing may overlap them. */
  readonly taken: readonly IpPrefix[];
  /** Of the host: subnets that we choose keep clear of them; those that the user names may overlap them. */
  readonly routes: readonly IpPrefix[];
}

/**
 * The subnets of a new network: those asked for, and one of the pools for each family that is on and was not
 * named. Each has a gateway: the one asked for, or the first free address of its range. Fails with
 * networks.pool-overlaps, no-subnet, gateway-in-use or no-addresses.
 */
export function planSubnets(request: SubnetRequest): SubnetRecord[] {
  const wanted = request.configs.flatMap((config) => {
    const prefix = parsePrefix(config.Subnet ?? '');
    if (prefix === undefined || !isOn(request, prefix.family)) return [];
    return [{ prefix, config }];
  });
  const taken = [...request.taken];
  for (const { prefix } of wanted) {
    const other = taken.find((candidate) => overlaps(candidate, prefix));
    if (other !== undefined) {
      const subnets = { subnet: formatPrefix(prefix), other: formatPrefix(other) };
      throw engineError('networks.pool-overlaps', subnets);
    }
    taken.push(prefix);
  }
  for (const family of [4, 6] as const) {
    if (!isOn(request, family) || wanted.some(({ prefix }) => prefix.family === family)) continue;
    const pools = request.pools.filter(({ base }) => base.includes(':') === (family === 6));
    const prefix = chooseSubnet(pools, [...taken, ...request.routes]);
    if (prefix === undefined) throw noSubnet(family, pools, request);
    wanted.push({ prefix, config: {} });
  }
  return wanted.map(({ prefix, config }) => subnetRecord(prefix, config));
}

function isOn({ ipv4, ipv6 }: SubnetRequest, family: 4 | 6): boolean {
  return family === 4 ? ipv4 : ipv6;
}

function noSubnet(family: 4 | 6, pools: readonly AddressPool[], request: SubnetRequest): Error {
  const bases = pools.map(({ base, size }) => `${base} in /${size}`).join(', ');
  const used = request.taken.filter((prefix) => prefix.family === family).length;
  return engineError('networks.pools-exhausted', { family: `IPv${family}`, pools: bases, used });
}

function subnetRecord(prefix: IpPrefix, config: IPAMConfig): SubnetRecord {
  const { IPRange, Gateway, AuxiliaryAddresses } = config;
  const range = IPRange ? parsePrefix(IPRange) : undefined;
  const auxiliary = Object.entries(AuxiliaryAddresses ?? {});
  const gateway = gatewayOf(prefix, range, Gateway || undefined, config);
  return {
    subnet: formatPrefix(prefix),
    ...(range === undefined ? {} : { range: formatPrefix(range) }),
    gateway,
    ...(auxiliary.length === 0
      ? {}
      : {
          auxiliary: Object.fromEntries(
            auxiliary.map(([name, text]) => [name, canonicalIpAddress(text) ?? text]),
          ),
        }),
  };
}

/** Auxiliary addresses are taken first: the gateway is none of them unless both were asked for. */
function gatewayOf(
  subnet: IpPrefix,
  range: IpPrefix | undefined,
  asked: string | undefined,
  { AuxiliaryAddresses }: IPAMConfig,
): string {
  const space = new AddressSpace({ subnet, ...(range === undefined ? {} : { range }) });
  for (const text of Object.values(AuxiliaryAddresses ?? {})) {
    const address = parseIpAddress(text);
    if (address !== undefined) space.reserve(address);
  }
  if (asked === undefined) {
    const given = space.allocate();
    if (typeof given !== 'string') return formatIpAddress(given);
    throw engineError('networks.no-gateway', { subnet: formatPrefix(range ?? subnet) });
  }
  const address = parseIpAddress(asked);
  if (address === undefined || space.reserve(address) === 'in-use') {
    throw engineError('networks.gateway-in-use', { address: asked });
  }
  return formatIpAddress(address);
}
