import { bridgeNameOf } from '../drivers/bridge-driver.ts';
import {
  type DefaultBridgePlan,
  type KnownBridge,
  planDefaultBridge,
} from '../drivers/default-bridge.ts';
import { networkOption } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { formatTimestamp } from '../timestamp.ts';

/** Name and MAC address of the bridge that we made, to know it again. */
export const bridgeMacKey = 'networks.bridge-mac';

/** Makes the records of bridge, host and none agree with the configuration; IDs are kept for ever. */
export function ensureDefaultNetworks(context: NetworkContext): void {
  const { store } = context;
  const plan = planBridge(context);
  store.database.transaction(() => {
    for (const [name, driver] of [
      ['none', 'null'],
      ['host', 'host'],
    ] as const) {
      if (store.networkByName(name) === undefined)
        store.networks.insert(newRecord(context, name, driver));
    }
    const known = store.networkByName('bridge');
    if (plan !== undefined) {
      const record = known ?? newRecord(context, 'bridge', 'bridge');
      store.networks.put({
        ...record,
        subnets: [plan.subnet],
        options: bridgeOptions(context, plan),
        foreignLink: plan.foreign,
      });
    } else if (known !== undefined) {
      store.networks.delete(known.id);
    }
  });
  const bridge = store.networkByName('bridge');
  if (bridge !== undefined) context.addresses.forget(bridge.id);
}

function planBridge(context: NetworkContext): DefaultBridgePlan | undefined {
  const { links } = context.kernel;
  const host = { links: links.list(), addresses: links.addresses(), routes: links.routes() };
  return planDefaultBridge(context.config, host, knownBridge(context));
}

function knownBridge({ store }: NetworkContext): KnownBridge | undefined {
  const record = store.networkByName('bridge');
  const subnet = record?.subnets[0];
  if (record === undefined || subnet === undefined) return undefined;
  return {
    name: bridgeNameOf(record),
    mac: store.database.getValue(bridgeMacKey) ?? '',
    subnet,
    inUse: store.endpoints.find('network', record.id).length > 0,
  };
}

function newRecord(context: NetworkContext, name: string, driver: string): NetworkRecord {
  return {
    id: context.ids.next(),
    name,
    driver,
    scope: 'local',
    created: formatTimestamp(context.clock.nowNano()),
    enableIpv4: true,
    enableIpv6: false,
    internal: false,
    attachable: false,
    ingress: false,
    ipamDriver: 'default',
    subnets: [],
    options: {},
    labels: {},
  };
}

function bridgeOptions(
  { config }: NetworkContext,
  plan: DefaultBridgePlan,
): Record<string, string> {
  return {
    [networkOption.defaultBridge]: 'true',
    [networkOption.icc]: String(config.icc),
    [networkOption.ipMasquerade]: String(config.ipMasquerade),
    [networkOption.hostBindingIpv4]: config.defaultHostAddress,
    [networkOption.bridgeName]: plan.name,
    [networkOption.mtu]: String(config.mtu),
  };
}
