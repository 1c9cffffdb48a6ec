import { engineError } from '@berth/errors';
import type { AddressInfo, LinkInfo, RouteInfo } from '@berth/kernel';
import { formatIpAddress, parseIpAddress } from '../ip/ip-address.ts';
import {
  containsAddress,
  containsPrefix,
  formatPrefix,
  type InterfaceAddress,
  type IpPrefix,
  parseInterfaceAddress,
  parsePrefix,
} from '../ip/ip-prefix.ts';
import { chooseSubnet } from '../ipam/choose-subnet.ts';
import type { SubnetRecord } from '../model/network-record.ts';
import type { NetworkConfig } from '../network-config.ts';

/** Aux address under which Docker keeps `--default-gateway`. */
export const defaultGatewayKey = 'DefaultGatewayIPv4';

const ownName = 'docker0';
/** Used when another engine of this host has docker0 and containers on it. */
const otherName = 'berth0';

/** The host's links, addresses and routes, as far as the default bridge depends on them. */
export interface HostNetwork {
  readonly links: readonly LinkInfo[];
  readonly addresses: readonly AddressInfo[];
  readonly routes: readonly RouteInfo[];
}

/** The default bridge as it was at the last start. */
export interface KnownBridge {
  readonly name: string;
  readonly mac: string;
  readonly subnet: SubnetRecord;
  /** Containers are on it now, so its subnet cannot change. */
  readonly inUse: boolean;
}

export interface DefaultBridgePlan {
  readonly name: string;
  /** Made by the administrator and named by `--bridge`: used as it is. */
  readonly foreign: boolean;
  readonly subnet: SubnetRecord;
}

/**
 * Name and subnet of the default bridge. In this order: what the configuration says; what running
 * containers are on; the address that the bridge has; the subnet of last time; the first pool that no
 * route of the host overlaps. Undefined when the configuration wants no default bridge.
 */
export function planDefaultBridge(
  config: NetworkConfig,
  host: HostNetwork,
  known: KnownBridge | undefined,
): DefaultBridgePlan | undefined {
  if (config.bridge === 'none') return undefined;
  const foreign = config.bridge !== undefined && config.bridge !== ownName;
  const name = foreign ? config.bridge : ownBridgeName(host, known);
  const link = host.links.find((candidate) => candidate.name === name);
  if (foreign && link === undefined) throw engineError('networks.bridge-missing', { bridge: name });
  const address = bridgeAddress(config, host, { name, foreign, link }, known);
  return { name, foreign, subnet: subnetRecord(config, address) };
}

function ownBridgeName(host: HostNetwork, known: KnownBridge | undefined): string {
  if (known?.inUse === true) return known.name;
  const link = host.links.find(({ name }) => name === ownName);
  if (link === undefined) return ownName;
  const ours = known?.name === ownName && known.mac === link.mac;
  const crowded = host.links.some(({ masterIndex }) => masterIndex === link.index);
  return ours || !crowded ? ownName : otherName;
}

function bridgeAddress(
  config: NetworkConfig,
  host: HostNetwork,
  bridge: { readonly name: string; readonly foreign: boolean; readonly link: LinkInfo | undefined },
  known: KnownBridge | undefined,
): InterfaceAddress {
  const remembered = known?.name === bridge.name ? addressOf(known.subnet) : undefined;
  if (known?.inUse === true && remembered !== undefined) return remembered;
  if (config.bridgeAddress !== undefined) return parseBip(config.bridgeAddress);
  const present = host.addresses
    .filter(({ linkIndex, address }) => linkIndex === bridge.link?.index && !address.includes(':'))
    .map(({ address }) => parseInterfaceAddress(address))
    .find((address) => address !== undefined);
  const range = config.fixedCidr === undefined ? undefined : parsePrefix(config.fixedCidr);
  const misfit =
    range !== undefined && present !== undefined && !containsPrefix(present.prefix, range);
  if (present !== undefined && (bridge.foreign || !misfit)) return present;
  if (bridge.foreign) throw engineError('networks.bridge-without-address', { bridge: bridge.name });
  if (range !== undefined) return firstAddress(range);
  const taken = host.routes
    .filter(({ linkIndex }) => bridge.link === undefined || linkIndex !== bridge.link.index)
    .flatMap(routePrefix);
  const free = remembered !== undefined && chooseSubnet([poolOf(remembered)], taken) !== undefined;
  return free ? remembered : firstAddress(chosen(config, taken));
}

function chosen(config: NetworkConfig, taken: readonly IpPrefix[]): IpPrefix {
  const subnet = chooseSubnet(
    config.addressPools.filter(({ base }) => !base.includes(':')),
    taken,
  );
  if (subnet === undefined) throw engineError('networks.no-subnet', {});
  return subnet;
}

function poolOf({ prefix }: InterfaceAddress): { base: string; size: number } {
  return { base: formatPrefix(prefix), size: prefix.length };
}

/** Default routes overlap everything and are no obstacle. */
function routePrefix({ destination, family }: RouteInfo): IpPrefix[] {
  if (family !== 4 || destination === 'default') return [];
  const prefix = parsePrefix(destination.includes('/') ? destination : `${destination}/32`);
  return prefix === undefined ? [] : [prefix];
}

function firstAddress(prefix: IpPrefix): InterfaceAddress {
  return { address: { family: prefix.family, value: prefix.first + 1n }, prefix };
}

function addressOf({ subnet, gateway = '' }: SubnetRecord): InterfaceAddress | undefined {
  const address = parseIpAddress(gateway);
  const prefix = parsePrefix(subnet);
  return address === undefined || prefix === undefined ? undefined : { address, prefix };
}

function parseBip(text: string): InterfaceAddress {
  const parsed = parseInterfaceAddress(text);
  if (parsed === undefined || parsed.address.family !== 4) {
    throw engineError('networks.invalid-config', {
      option: 'bip',
      reason: `invalid CIDR address: ${text}`,
    });
  }
  if (parsed.prefix.length < 31 && parsed.address.value === parsed.prefix.first) {
    const reason = `${text} is the name of the network, not an address in it`;
    throw engineError('networks.invalid-config', { option: 'bip', reason });
  }
  return parsed;
}

function subnetRecord(config: NetworkConfig, { address, prefix }: InterfaceAddress): SubnetRecord {
  const range =
    config.fixedCidr === undefined ? undefined : parseFixedCidr(config.fixedCidr, prefix);
  const gateway = config.defaultGateway;
  if (gateway !== undefined) checkGateway(gateway, prefix);
  return {
    subnet: formatPrefix(prefix),
    gateway: formatIpAddress(address),
    ...(range === undefined ? {} : { range: formatPrefix(range) }),
    ...(gateway === undefined ? {} : { auxiliary: { [defaultGatewayKey]: gateway } }),
  };
}

function parseFixedCidr(text: string, subnet: IpPrefix): IpPrefix {
  const range = parsePrefix(text);
  if (range !== undefined && containsPrefix(subnet, range)) return range;
  const reason = `${text} is not a part of the bridge's subnet ${formatPrefix(subnet)}`;
  throw engineError('networks.invalid-config', { option: 'fixed-cidr', reason });
}

function checkGateway(text: string, subnet: IpPrefix): void {
  const address = parseIpAddress(text);
  if (address !== undefined && containsAddress(subnet, address)) return;
  const reason = `${text} is not an address of the bridge's subnet ${formatPrefix(subnet)}`;
  throw engineError('networks.invalid-config', { option: 'default-gateway', reason });
}
