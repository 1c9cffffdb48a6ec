import { engineError, isEngineError } from '@berth/errors';
import { findNetwork } from '../find-network.ts';
import { noElements } from '../firewall/firewall-state.ts';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkLifeEvent } from '../network-events.ts';
import { driverOf } from '../sandbox/plan-attachments.ts';

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

const pluginFailures = [
  'plugins.failed',
  'plugins.unreachable',
  'networks.unknown-driver',
  'networks.unknown-ipam-driver',
] as const;

/**
 * A plug-in that is gone or refuses must not keep a network for ever: its failure is reported, and what it holds is
 * its own affair from then on.
 */
async function withoutPlugin(
  context: NetworkContext,
  what: string,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!pluginFailures.some((code) => isEngineError(error, code))) throw error;
    context.reportError(error, what);
  }
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
    await context.firewalld?.removeBridge(filtered.bridge);
  }
  const others = store.networks.all().filter(({ id }) => id !== network.id);
  if (network.configOnly !== true) {
    await withoutPlugin(context, `removing the network ${network.name} at its driver`, () =>
      driverOf(context, network).dispose(network, others),
    );
  }
  context.faultPoint('network.remove.disposed');
  for (const subnet of network.configOnly === true ? [] : network.subnets) {
    await withoutPlugin(context, `giving back ${subnet.subnet} of ${network.name}`, async () =>
      context.ipam(network)?.releasePool(subnet),
    );
  }
  store.networks.delete(network.id);
  context.addresses.forget(network.id);
}
