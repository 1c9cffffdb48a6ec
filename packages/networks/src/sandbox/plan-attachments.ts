import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { NetworkDriver } from '../drivers/network-driver.ts';
import { findNetwork } from '../find-network.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import type { SandboxRequest } from '../network-service.ts';
import { parseNetworkMode } from '../validate/network-mode.ts';
import { checkEndpointAddresses } from './check-addresses.ts';

/** A network that a sandbox is to be in, with what the user asked for there. */
export interface PlannedAttachment {
  readonly network: NetworkRecord;
  readonly driver: NetworkDriver;
  readonly settings: EndpointSettings;
}

/**
 * The networks of a request: those of its endpoints, that of its mode first; that of its mode alone when it
 * names none. Fails with networks.not-found.
 */
export function planAttachments(
  context: NetworkContext,
  request: Pick<SandboxRequest, 'networkMode' | 'endpoints'>,
): PlannedAttachment[] {
  const mode = parseNetworkMode(request.networkMode);
  const ofMode = mode.kind === 'network' ? mode.name : mode.kind;
  const asked = Object.entries(request.endpoints);
  const entries: [string, EndpointSettings][] = asked.length > 0 ? asked : [[ofMode, {}]];
  const planned = new Map<string, PlannedAttachment>();
  for (const [name, settings] of entries) {
    const network = findNetwork(context.store, name === 'default' ? 'bridge' : name);
    planned.set(network.id, planAttachment(context, network, settings));
  }
  const isFirst = ({ network }: PlannedAttachment) =>
    network.name === ofMode || network.id === ofMode;
  return [...planned.values()].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

export function planAttachment(
  context: NetworkContext,
  network: NetworkRecord,
  settings: EndpointSettings,
): PlannedAttachment {
  if (network.configOnly === true) {
    throw engineError('networks.config-only', { name: network.name });
  }
  checkEndpointAddresses(network, settings);
  return { network, driver: driverOf(context, network), settings };
}

export function driverOf(
  { drivers }: Pick<NetworkContext, 'drivers'>,
  network: NetworkRecord,
): NetworkDriver {
  const driver = drivers.get(network.driver);
  if (driver !== undefined) return driver;
  throw engineError('networks.unknown-driver', { driver: network.driver });
}
