import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { ValueError } from '../usage-error.ts';
import { checkMacAddress } from './mac-address.ts';
import { emptyNetworkOption, type NetworkOption } from './network-option.ts';

export interface EndpointSpec {
  readonly MacAddress: string;
  readonly [field: string]: unknown;
}

/** True for a network that a user made, whatever the mode is called. */
function isUserDefined(name: string): boolean {
  return (
    !['', 'default', 'bridge', 'host', 'none', 'nat'].includes(name) &&
    !name.startsWith('container:')
  );
}

/**
 * The endpoints of the networks, by name. The flags about addresses and names go to the first network;
 * a single network without options is left to the daemon.
 */
export function endpointsConfig(
  flags: ParsedFlags,
  networks: readonly NetworkOption[],
): Record<string, EndpointSpec> {
  if (networks.length === 0) {
    return { default: endpoint(withContainerFlags(emptyNetworkOption('default'), flags)) };
  }
  const endpoints: Record<string, EndpointSpec> = {};
  networks.forEach((network, i) => {
    const full = i === 0 ? withContainerFlags(network, flags) : network;
    const spec = endpoint(full);
    if (endpoints[full.target] !== undefined) {
      throw new ValueError(`network ${JSON.stringify(full.target)} is specified multiple times`);
    }
    if (networks.length === 1 && !hasOptions(full)) return;
    endpoints[full.target] = spec;
  });
  const userDefined = networks.filter((network) => isUserDefined(network.target)).length;
  if (userDefined > 0 && userDefined < networks.length) {
    throw new ValueError(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  }
  return endpoints;
}

function hasOptions(network: NetworkOption): boolean {
  return JSON.stringify(network) !== JSON.stringify(emptyNetworkOption(network.target));
}

function withContainerFlags(network: NetworkOption, flags: ParsedFlags): NetworkOption {
  const aliases = flags.list('network-alias');
  const links = flags.list('link');
  const linkLocal = flags.list('link-local-ip');
  const [ip, ip6, mac] = [flags.string('ip'), flags.string('ip6'), flags.string('mac-address')];
  const conflicts: readonly (readonly [boolean, string])[] = [
    [network.aliases.length > 0 && aliases.length > 0, '--network-alias and per-network alias'],
    [network.links.length > 0 && links.length > 0, '--link and per-network links'],
    [network.ipv4 !== '' && ip !== '', '--ip and per-network IPv4 address'],
    [network.ipv6 !== '' && ip6 !== '', '--ip6 and per-network IPv6 address'],
    [network.macAddress !== '' && mac !== '', '--mac-address and per-network MAC address'],
    [
      network.linkLocal.length > 0 && linkLocal.length > 0,
      '--link-local-ip and per-network link-local IP addresses',
    ],
  ];
  const conflict = conflicts.find(([both]) => both);
  if (conflict !== undefined) {
    throw new ValueError(`conflicting options: cannot specify both ${conflict[1]}`);
  }
  return {
    ...network,
    aliases: aliases.length > 0 ? [...aliases] : network.aliases,
    links: isUserDefined(network.target) && links.length > 0 ? [...links] : network.links,
    ipv4: ip || network.ipv4,
    ipv6: ip6 || network.ipv6,
    macAddress: mac || network.macAddress,
    linkLocal: linkLocal.length > 0 ? [...linkLocal] : network.linkLocal,
  };
}

/** The API's endpoint settings of a network option. Throws ValueError. */
export function endpoint(network: NetworkOption): EndpointSpec {
  if (network.target.trim() === '') throw new ValueError('no name set for network');
  if (!isUserDefined(network.target)) {
    if (network.aliases.length > 0) {
      throw new ValueError('network-scoped aliases are only supported for user-defined networks');
    }
    if (network.links.length > 0) {
      throw new ValueError('links are only supported for user-defined networks');
    }
  }
  if (network.macAddress !== '') checkMacAddress(network.macAddress);
  return {
    IPAMConfig: ipamConfig(network),
    Links: network.links.length === 0 ? null : network.links,
    Aliases: network.aliases.length === 0 ? null : network.aliases,
    MacAddress: network.macAddress,
    DriverOpts: Object.keys(network.driverOptions).length === 0 ? null : network.driverOptions,
    GwPriority: network.gatewayPriority,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

function ipamConfig(network: NetworkOption): object | null {
  const config = {
    ...(network.ipv4 === '' ? {} : { IPv4Address: network.ipv4 }),
    ...(network.ipv6 === '' ? {} : { IPv6Address: network.ipv6 }),
    ...(network.linkLocal.length === 0 ? {} : { LinkLocalIPs: network.linkLocal }),
  };
  return Object.keys(config).length === 0 ? null : config;
}
