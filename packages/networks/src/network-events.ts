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

/** Publishes that a network is there or gone. */
export function publishNetworkLifeEvent(
  { events }: Pick<NetworkContext, 'events'>,
  action: 'create' | 'destroy',
  { id, name, driver }: Pick<NetworkRecord, 'id' | 'name' | 'driver'>,
): void {
  events.publish({ type: 'network', action, actorId: id, attributes: { name, type: driver } });
}
