import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { parseIpAddress } from '../ip/ip-address.ts';
import { containsAddress, parsePrefix } from '../ip/ip-prefix.ts';
import type { NetworkRecord } from '../model/network-record.ts';

/** Refuses addresses that a network cannot give: of a family that it has not, or outside of its subnets. */
export function checkEndpointAddresses(network: NetworkRecord, settings: EndpointSettings): void {
  if (network.ipamDriver !== 'default') return;
  const { IPv4Address, IPv6Address } = settings.IPAMConfig ?? {};
  const faults = [fault(network, 4, IPv4Address), fault(network, 6, IPv6Address)].filter(
    (reason) => reason !== undefined,
  );
  if (faults.length === 0) return;
  const reason = faults.length === 1 ? faults.join() : `* ${faults.join('\n* ')}`;
  throw engineError('networks.invalid-endpoint', { network: network.name, reason });
}

function fault(
  { subnets }: NetworkRecord,
  family: 4 | 6,
  asked: string | undefined,
): string | undefined {
  if (!asked) return undefined;
  const own = subnets.filter(({ subnet }) => subnet.includes(':') === (family === 6));
  if (own.length === 0) {
    return `no configured subnet contains IP address ${asked}: the network has no IPv${family}`;
  }
  const address = parseIpAddress(asked);
  const inside = own.some(({ subnet }) => {
    const prefix = parsePrefix(subnet);
    return prefix !== undefined && address !== undefined && containsAddress(prefix, address);
  });
  return inside ? undefined : `no configured subnet contains IP address ${asked}`;
}
