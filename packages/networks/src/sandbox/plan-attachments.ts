import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { NetworkDriver } from '../drivers/network-driver.ts';
import { findNetwork } from '../find-network.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import type { SandboxRequest } from '../network-service.ts';
import { parseNetworkMode } from '../validate/network-mode.ts';

/** A network that a sandbox is to be in, with what the user asked for there. */
export interface PlannedAttachment {
  readonly network: NetworkRecord;
  readonly driver: NetworkDriver;
  readonly settings: EndpointSettings;
}

/** The networks of a request: that of its mode first. Fails with networks.not-found. */
export function planAttachments(
  context: NetworkContext,
  request: SandboxRequest,
): PlannedAttachment[] {
  const mode = parseNetworkMode(request.networkMode);
  const first = mode.kind === 'network' ? mode.name : mode.kind;
  const planned = new Map<string, PlannedAttachment>();
  const names = [first, ...Object.keys(request.endpoints)];
  for (const name of names) {
    const network = findNetwork(context.store, name === 'default' ? 'bridge' : name);
    if (planned.has(network.id)) continue;
    const settings = settingsFor(request, network, name);
    planned.set(network.id, { network, driver: driverOf(context, network), settings });
  }
  if (planned.size > 1) throw engineError('networks.several', {});
  return [...planned.values()];
}

export function driverOf(context: NetworkContext, network: NetworkRecord): NetworkDriver {
  const driver = context.drivers.get(network.driver);
  if (driver !== undefined) return driver;
  throw engineError('networks.driver-missing', { driver: network.driver });
}

/** The settings that name this network, by whatever name. */
function settingsFor(
  { endpoints }: SandboxRequest,
  network: NetworkRecord,
  name: string,
): EndpointSettings {
  const keys = [name, network.name, network.id, network.name === 'bridge' ? 'default' : ''];
  const key = keys.find((candidate) => Object.hasOwn(endpoints, candidate));
  return (key === undefined ? undefined : endpoints[key]) ?? {};
}
