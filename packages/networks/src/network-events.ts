import type { NetworkRecord } from './model/network-record.ts';
import type { NetworkContext } from './network-context.ts';

/** Publishes what happened to a container in a network, as `docker events` shows it. */
export function publishNetworkEvent(
  { events }: Pick<NetworkContext, 'events'>,
  action: 'connect' | 'disconnect',
  network: NetworkRecord,
  containerId: string,
): void {
  const attributes = { container: containerId, name: network.name, type: network.driver };
  events.publish({ type: 'network', action, actorId: network.id, attributes });
}
