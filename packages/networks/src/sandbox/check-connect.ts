import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { findNetwork, tryFindNetwork } from '../find-network.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { parseNetworkMode } from '../validate/network-mode.ts';
import { checkEndpointSettings } from '../validate/sandbox-request.ts';
import { planAttachment } from './plan-attachments.ts';

/**
 * Whether a container may join one more network, with Docker's rules: none joins or leaves the host's, and one
 * without network stays so. Returns the network's name.
 */
export function checkConnect(
  context: NetworkContext,
  nameOrId: string,
  settings: EndpointSettings,
  container: { readonly networkMode: string; readonly present: readonly string[] },
): string {
  const network = findNetwork(context.store, nameOrId);
  const mode = parseNetworkMode(container.networkMode);
  if (mode.kind === 'container') throw engineError('networks.shared-mode', {});
  if (mode.kind !== 'host' && network.driver === 'host')
    throw engineError('networks.host-mode', {});
  for (const name of container.present) {
    const other = tryFindNetwork(context.store, name);
    if (other === undefined || other.id === network.id) continue;
    checkTogether(other, network);
  }
  checkEndpointSettings(network.name, settings);
  planAttachment(context, network, settings);
  return network.name;
}

function checkTogether(present: NetworkRecord, joining: NetworkRecord): void {
  const drivers = [present.driver, joining.driver];
  if (drivers.includes('host')) throw engineError('networks.shared-mode', {});
  if (drivers.includes('null')) throw engineError('networks.none-mode', {});
}
