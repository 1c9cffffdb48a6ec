import { engineError } from '@berth/errors';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import type { HostsEntry } from './hosts-file.ts';

/** Stands for the host's address in --add-host. */
const hostGateway = 'host-gateway';

/** Reads `name:address` (or `name=address`); the address may be `host-gateway` or an IPv6 one in brackets. */
export function parseExtraHost(entry: string): HostsEntry {
  const separator = /[=:]/.exec(entry)?.index ?? -1;
  const names = entry.slice(0, separator);
  const target = entry.slice(separator + 1);
  if (separator < 1 || target === '' || /[\s#]/.test(names)) {
    throw engineError('networks.invalid-extra-host', { entry });
  }
  if (target === hostGateway) return { names, address: hostGateway };
  const bare = target.startsWith('[') && target.endsWith(']') ? target.slice(1, -1) : target;
  const address = canonicalIpAddress(bare);
  if (address === undefined) {
    throw engineError('networks.invalid-extra-host-address', { address: target });
  }
  return { names, address };
}

/** Puts the host's addresses where `host-gateway` stands: one line for each. */
export function resolveExtraHosts(
  entries: readonly string[],
  gatewayAddresses: readonly string[],
): HostsEntry[] {
  return entries.map(parseExtraHost).flatMap((entry) => {
    if (entry.address !== hostGateway) return [entry];
    if (gatewayAddresses.length === 0) throw engineError('networks.host-gateway', {});
    return gatewayAddresses.map((address) => ({ names: entry.names, address }));
  });
}
