import { engineError } from '@berth/errors';
import { findNetwork } from '../find-network.ts';
import { noElements } from '../firewall/firewall-state.ts';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkLifeEvent } from '../network-events.ts';

/** Removes a network that no running container is in. Fails with networks.has-endpoints and its like. */
export async function removeNetwork(context: NetworkContext, nameOrId: string): Promise<void> {
  const network = findNetwork(context.store, nameOrId);
  const { name } = network;
  if (isPredefined(name)) throw engineError('networks.predefined-remove', { name });
  checkUnused(context, network);
  const record = { ...network, stage: 'removing' as const };
  context.store.networks.put(record);
  context.faultPoint('network.remove.recorded');
  await finishRemoval(context, record);
  if (network.configOnly !== true) publishNetworkLifeEvent(context, 'destroy', network);
}

function checkUnused({ store }: NetworkContext, { id, name, configOnly }: NetworkRecord): void {
  if (configOnly === true) {
    const user = store.networks.all().find(({ configFrom }) => configFrom === name);
    if (user !== undefined) {
      throw engineError('networks.config-in-use', { name, user: user.name });
    }
  }
  const endpoints = store.endpointsOfNetwork(id);
  if (endpoints.length === 0) return;
  const shown = endpoints.map((endpoint) => {
    const container = store.sandboxes.get(endpoint.containerId)?.containerName ?? '';
    return `name:"${container}" id:"${endpoint.id.slice(0, 12)}"`;
  });
  throw engineError('networks.has-endpoints', { name, endpoints: shown.join(', ') });
}

/** Removes what there is of a network, wherever its making or removing got to. Idempotent. */
export async function finishRemoval(
  context: NetworkContext,
  network: NetworkRecord,
): Promise<void> {
  const { store, config } = context;
  const driver = context.drivers.get(network.driver);
  const filtered = driver?.firewallNetwork(network);
  if (filtered !== undefined && config.firewall) {
    await context.firewall.remove({ ...noElements, networks: [filtered] });
  }
  const others = store.networks.all().filter(({ id }) => id !== network.id);
  await driver?.dispose(network, others);
  context.faultPoint('network.remove.disposed');
  const ipam = network.configOnly === true ? undefined : context.ipam(network);
  for (const subnet of network.subnets) await ipam?.releasePool(subnet);
  store.networks.delete(network.id);
  context.addresses.forget(network.id);
}
