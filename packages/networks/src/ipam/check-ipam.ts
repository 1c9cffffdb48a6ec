import type { IPAMConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { parseIpAddress } from '../ip/ip-address.ts';
import {
  containsAddress,
  containsPrefix,
  formatPrefix,
  type IpPrefix,
  parseInterfaceAddress,
  parsePrefix,
} from '../ip/ip-prefix.ts';

/** Refuses subnets, ranges and addresses that do not fit together, all faults at once, in Docker's words. */
export function checkIpamConfigs(configs: readonly IPAMConfig[]): void {
  const faults = configs.flatMap(faultsOf);
  if (faults.length === 0) return;
  const reason = faults.length === 1 ? faults.join() : `* ${faults.join('\n* ')}`;
  throw engineError('networks.invalid-ipam', { reason });
}

function faultsOf(config: IPAMConfig): string[] {
  const { Subnet = '', IPRange = '', Gateway = '', AuxiliaryAddresses } = config;
  const subnet = parsePrefix(Subnet);
  if (subnet === undefined) return [`invalid subnet ${Subnet}: invalid CIDR block notation`];
  const faults: string[] = [];
  if (hasHostBits(Subnet)) {
    faults.push(`invalid subnet ${Subnet}: it should be ${formatPrefix(subnet)}`);
  }
  const range = IPRange === '' ? undefined : rangeFault(IPRange, subnet);
  if (range !== undefined) faults.push(`invalid ip-range ${IPRange}: ${range}`);
  const gateway = Gateway === '' ? undefined : addressFault(Gateway, subnet);
  if (gateway !== undefined) faults.push(`invalid gateway ${Gateway}: ${gateway}`);
  for (const [name, address] of Object.entries(AuxiliaryAddresses ?? {})) {
    const fault = addressFault(address, subnet);
    if (fault !== undefined) faults.push(`invalid auxiliary address ${name}: ${fault}`);
  }
  return faults;
}

function rangeFault(text: string, subnet: IpPrefix): string | undefined {
  const range = parsePrefix(text);
  if (range === undefined) return 'invalid CIDR block notation';
  if (range.family !== subnet.family) return `parent subnet is an IPv${subnet.family} block`;
  if (hasHostBits(text)) return `it should be ${formatPrefix(range)}`;
  if (range.length < subnet.length) {
    return `CIDR block is bigger than its parent subnet ${formatPrefix(subnet)}`;
  }
  if (containsPrefix(subnet, range)) return undefined;
  return `parent subnet ${formatPrefix(subnet)} doesn't contain ip-range`;
}

function addressFault(text: string, subnet: IpPrefix): string | undefined {
  const address = parseIpAddress(text);
  if (address === undefined) return 'invalid address';
  if (address.family !== subnet.family) return `parent subnet is an IPv${subnet.family} block`;
  if (containsAddress(subnet, address)) return undefined;
  return `parent subnet ${formatPrefix(subnet)} doesn't contain this address`;
}

function hasHostBits(text: string): boolean {
  const parsed = parseInterfaceAddress(text);
  return parsed !== undefined && parsed.address.value !== parsed.prefix.first;
}
