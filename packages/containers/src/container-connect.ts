import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { SandboxState } from '@berth/networks';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { networkFactsOf } from './start/sandbox.ts';

/**
 * Gives the container an endpoint in one more network: at once when it runs, at its next start when not. What is
 * remembered and what the network holds change in one transaction. To be called from the container's queue.
 */
export async function connectInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  network: string,
  settings: EndpointSettings,
): Promise<void> {
  refuseRemoved(entry);
  const { endpoints, hostConfig } = entry.record;
  const name = context.networks.checkConnect(network, settings, {
    networkMode: hostConfig.NetworkMode ?? 'bridge',
    present: Object.keys(endpoints),
  });
  const write = (state?: SandboxState) =>
    remember(context, entry, { ...endpoints, [name]: askedSettings(settings) }, state);
  if (!entry.running) write();
  else
    await context.networks.connect({
      containerId: entry.id,
      network: name,
      settings: askedSettings(settings),
      commit: write,
    });
}

/** Takes the container out of a network. To be called from the container's queue. */
export async function disconnectInQueue(
  context: ContainerContext,
  entry: ContainerEntry,
  network: string,
): Promise<void> {
  refuseRemoved(entry);
  const name = context.networks.nameOf(network);
  const { [name]: known, ...endpoints } = entry.record.endpoints;
  if (entry.running && name === 'host' && known !== undefined) {
    throw engineError('networks.host-mode', {});
  }
  if (known === undefined) {
    // Which of the two it is decides what the client is told: no such network, or not in it.
    await context.networks.inspect(network);
    const which = entry.running ? `network ${name}` : `the network ${name}`;
    throw engineError('networks.not-connected', { container: entry.id, network: which });
  }
  const write = (state?: SandboxState) => remember(context, entry, endpoints, state);
  if (!entry.running) {
    write();
    return;
  }
  const containerId = entry.id;
  const state = await context.networks.disconnect({ containerId, network: name, commit: write });
  context.store.updateFacts(entry, { network: networkFactsOf(state) });
}

function remember(
  context: ContainerContext,
  entry: ContainerEntry,
  endpoints: Readonly<Record<string, EndpointSettings>>,
  state: SandboxState | undefined,
): void {
  const network = state === undefined ? entry.facts.network : networkFactsOf(state);
  const facts = { ...entry.facts, ...(network === undefined ? {} : { network }) };
  context.store.update(entry, { endpoints, facts });
}

/** What a user can ask of an endpoint, without what the engine answers with. */
export function askedSettings(settings: EndpointSettings): EndpointSettings {
  const { IPAMConfig, Links, MacAddress, Aliases, DriverOpts, GwPriority } = settings;
  return {
    ...(IPAMConfig ? { IPAMConfig } : {}),
    ...(Links ? { Links } : {}),
    ...(MacAddress ? { MacAddress } : {}),
    ...(Aliases ? { Aliases } : {}),
    ...(DriverOpts ? { DriverOpts } : {}),
    ...(GwPriority ? { GwPriority } : {}),
  };
}

function refuseRemoved(entry: ContainerEntry): void {
  if (entry.facts.removal === undefined) return;
  throw engineError('containers.removed-connect', { id: entry.id });
}
