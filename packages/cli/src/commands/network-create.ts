import { BlockList, isIP } from 'node:net';
import { isOlderApiVersion } from '@berth/engine-api/api-version.ts';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { pairsToMap } from '../container-options/key-value-file.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { CommandError } from '../usage-error.ts';

interface IpamConfig {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** `berth network create` */
export async function createNetwork(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const from = flags.string('config-from');
  const version = await context.engine.apiVersion();
  const { Id, Warning } = await context.engine.json<{ Id: string; Warning?: string }>(
    'POST',
    '/networks/create',
    {
      json: {
        Driver: flags.string('driver'),
        Scope: flags.string('scope'),
        ...(flags.has('ipv4') ? { EnableIPv4: flags.boolean('ipv4') } : {}),
        ...(flags.has('ipv6') ? { EnableIPv6: flags.boolean('ipv6') } : {}),
        IPAM: {
          Driver: flags.string('ipam-driver'),
          Options: flags.map('ipam-opt'),
          Config: ipamConfigs(flags),
        },
        Internal: flags.boolean('internal'),
        Attachable: flags.boolean('attachable'),
        Ingress: flags.boolean('ingress'),
        ConfigOnly: flags.boolean('config-only'),
        ConfigFrom: from === '' ? null : { Network: from },
        Options: flags.map('opt'),
        Labels: pairsToMap(flags.list('label')),
        Name: args[0] ?? '',
        // Without it, daemons before 1.44 make a second network of the name.
        ...(isOlderApiVersion(version, '1.44') ? { CheckDuplicate: true } : {}),
      },
    },
  );
  if (Warning) context.terminal.warn(`WARNING: ${Warning}`);
  context.terminal.print(Id);
  return 0;
}

/** One configuration for each subnet, with the range, gateway and addresses that lie in it. */
function ipamConfigs(flags: ParsedFlags): IpamConfig[] {
  const subnets = flags.list('subnet');
  const gateways = flags.list('gateway');
  const ranges = flags.list('ip-range');
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new CommandError('every ip-range or gateway must have a corresponding subnet');
  }
  const configs = new Map<string, IpamConfig>();
  for (const subnet of subnets) {
    for (const other of configs.keys()) {
      if (contains(other, subnet) || contains(subnet, other)) {
        throw new CommandError('multiple overlapping subnet configuration is not supported');
      }
    }
    configs.set(subnet, { Subnet: subnet, AuxiliaryAddresses: {} });
  }
  const owner = (text: string, what: string): IpamConfig => {
    for (const [subnet, config] of configs) if (contains(subnet, text)) return config;
    throw new CommandError(`no matching subnet for ${what} ${text}`);
  };
  for (const range of ranges) {
    const config = owner(range, 'range');
    if (config.IPRange)
      throw new CommandError(
        `cannot configure multiple ranges (${range}, ${config.IPRange}) on the same subnet (${config.Subnet})`,
      );
    config.IPRange = range;
  }
  for (const gateway of gateways) {
    const config = owner(gateway, 'gateway');
    if (config.Gateway)
      throw new CommandError(
        `cannot configure multiple gateways (${gateway}, ${config.Gateway}) for the same subnet (${config.Subnet})`,
      );
    config.Gateway = gateway;
  }
  for (const [name, address] of Object.entries(flags.map('aux-address'))) {
    const config = owner(address, 'aux-address');
    config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
  }
  return [...configs.values()].map(withoutEmptyAddresses);
}

function withoutEmptyAddresses(config: IpamConfig): IpamConfig {
  const { AuxiliaryAddresses, ...rest } = config;
  return Object.keys(AuxiliaryAddresses ?? {}).length === 0 ? rest : config;
}

/** Whether an address, or the first address of a range, lies in a subnet. */
function contains(subnet: string, address: string): boolean {
  const [network = '', prefix = ''] = subnet.split('/');
  const family = isIP(network);
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) {
    throw new CommandError(`invalid subnet ${subnet} : invalid CIDR address: ${subnet}`);
  }
  const [first = ''] = address.split('/');
  if (isIP(first) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(first, family === 4 ? 'ipv4' : 'ipv6');
}
