import type { NetworkCreateRequest } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { findNetwork } from '../find-network.ts';
import type { NetworkStore } from '../model/network-store.ts';

/**
 * The request completed from the configuration network that it names (`--config-from`). Fails, as Docker does,
 * when it says itself what the configuration is to say.
 */
export function withConfigFrom(
  store: NetworkStore,
  request: NetworkCreateRequest,
): NetworkCreateRequest {
  const from = request.ConfigFrom?.Network ?? '';
  if (from === '') return request;
  if (request.ConfigOnly === true) {
    throw invalid('a configuration network cannot depend on another configuration network');
  }
  const source = findNetwork(store, from);
  if (source.configOnly !== true) {
    throw invalid(`unexpected network type: ${from} is not a configuration network`);
  }
  const own = [
    [(request.IPAM?.Config ?? []).length > 0, 'ipam configuration'],
    [Object.keys(request.Labels ?? {}).length > 0, 'labels'],
    [Object.keys(request.Options ?? {}).length > 0, 'network driver options'],
  ] as const;
  const conflict = own.find(([given]) => given)?.[1];
  if (conflict !== undefined) {
    throw invalid(
      `user specified configurations are not supported if the network depends on a configuration network: ${conflict}`,
    );
  }
  return {
    ...request,
    EnableIPv4: source.enableIpv4,
    EnableIPv6: source.enableIpv6,
    Labels: { ...source.labels },
    Options: { ...source.options },
    IPAM: {
      Driver: source.ipamDriver,
      Options: source.ipamOptions ?? null,
      Config: source.subnets.map(({ subnet, range, gateway, auxiliary }) => ({
        Subnet: subnet,
        ...(range === undefined ? {} : { IPRange: range }),
        ...(gateway === undefined ? {} : { Gateway: gateway }),
        ...(auxiliary === undefined ? {} : { AuxiliaryAddresses: auxiliary }),
      })),
    },
  };
}

function invalid(reason: string): Error {
  return engineError('networks.config-invalid', { reason });
}
