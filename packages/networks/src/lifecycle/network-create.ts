import type { NetworkCreateRequest, NetworkCreateResponse } from '@berth/engine-api';
import { engineError, isEngineError } from '@berth/errors';
import type { NetworkDriver } from '../drivers/network-driver.ts';
import { noElements } from '../firewall/firewall-state.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { publishNetworkLifeEvent } from '../network-events.ts';
import { enableForwarding } from '../reconcile/ip-forwarding.ts';
import { formatTimestamp } from '../timestamp.ts';
import { withConfigFrom } from './config-from.ts';
import { finishRemoval } from './network-remove.ts';
import { readNetworkRequest } from './network-request.ts';
import { localSubnets, releaseSubnets, remoteSubnets, routesToAvoid } from './network-subnets.ts';

/**
 * Makes a network: its record first, then what its driver and the firewall need. All or nothing; what a killed
 * daemon leaves is removed by reconcile.
 */
export async function createNetwork(
  context: NetworkContext,
  asked: NetworkCreateRequest,
): Promise<NetworkCreateResponse> {
  const { store } = context;
  const request = withConfigFrom(store, asked);
  const draft = readNetworkRequest(request);
  if (store.networkByName(draft.name) !== undefined) {
    throw engineError('networks.name-taken', { name: draft.name });
  }
  const record: NetworkRecord = {
    ...draft,
    id: context.ids.next(),
    scope: 'local',
    created: formatTimestamp(context.clock.nowNano()),
    internal: request.Internal === true,
    attachable: request.Attachable === true,
    ingress: false,
    ...(request.IPAM?.Options ? { ipamOptions: request.IPAM.Options } : {}),
    ...(asked.ConfigFrom?.Network ? { configFrom: asked.ConfigFrom.Network } : {}),
    subnets: [],
    stage: 'creating',
  };
  if (request.ConfigOnly === true) return createConfiguration(context, request, record);
  const driver = driverFor(context, record.driver);
  checkFamilies(driver.validate(record, store.networks.all()));
  const complete = await insertWithSubnets(context, record, request, driver);
  await build(context, driver, complete);
  return { Id: complete.id, Warning: '' };
}

/** Nothing comes between planning subnets of our own and writing the record: others would plan the same. */
async function insertWithSubnets(
  context: NetworkContext,
  record: NetworkRecord,
  request: NetworkCreateRequest,
  driver: NetworkDriver,
): Promise<NetworkRecord> {
  const ipam = driver.needs.interface ? context.ipam(record) : undefined;
  const given =
    ipam === undefined ? undefined : await remoteSubnets(ipam, record, request.IPAM?.Config ?? []);
  try {
    const routes = given === undefined ? await routesToAvoid(context, record, request) : [];
    const checked = driver.validate(record, context.store.networks.all());
    const subnets = given ?? localSubnets(context, checked, { request, driver, routes });
    driver.checkSubnets?.(subnets);
    const complete = { ...checked, subnets };
    insert(context, complete);
    return complete;
  } catch (error) {
    if (ipam !== undefined) await releaseSubnets(ipam, given ?? []);
    throw error;
  }
}

async function build(
  context: NetworkContext,
  driver: NetworkDriver,
  record: NetworkRecord,
): Promise<void> {
  const { store } = context;
  const { stage: _, ...finished } = record;
  try {
    context.faultPoint('network.create.recorded');
    await driver.prepare(record);
    if (enableForwarding(context, [record]) && context.config.firewall) {
      await context.firewall.restore();
    }
    context.faultPoint('network.create.prepared');
    const network = driver.firewallNetwork(record);
    if (network !== undefined && context.config.firewall) {
      await context.firewall.add({ ...noElements, networks: [network] });
      await context.firewalld?.addBridge(network.bridge);
    }
    context.faultPoint('network.create.filtered');
    store.networks.put(finished);
  } catch (error) {
    await finishRemoval(context, record).catch((failure: unknown) =>
      context.reportError(failure, `undo of making the network ${record.name}`),
    );
    throw error;
  }
  publishNetworkLifeEvent(context, 'create', finished);
}

/** Two requests for one name: the database has the last word. */
function insert({ store }: NetworkContext, record: NetworkRecord): void {
  try {
    store.networks.insert(record);
  } catch (error) {
    if (!isEngineError(error, 'state.duplicate')) throw error;
    throw engineError('networks.name-taken', { name: record.name }, { cause: error });
  }
}

/** A configuration keeps what was asked for, subnets included, and takes nothing. */
function createConfiguration(
  context: NetworkContext,
  request: NetworkCreateRequest,
  { stage: _, ...record }: NetworkRecord,
): NetworkCreateResponse {
  const subnets = (request.IPAM?.Config ?? []).map((config) => ({
    subnet: config.Subnet ?? '',
    ...(config.IPRange ? { range: config.IPRange } : {}),
    ...(config.Gateway ? { gateway: config.Gateway } : {}),
    ...(config.AuxiliaryAddresses ? { auxiliary: config.AuxiliaryAddresses } : {}),
  }));
  insert(context, { ...record, driver: 'null', subnets, configOnly: true });
  return { Id: record.id, Warning: '' };
}

function driverFor({ drivers }: NetworkContext, name: string): NetworkDriver {
  const driver = drivers.get(name);
  if (driver === undefined) throw engineError('networks.unknown-driver', { driver: name });
  return driver;
}

function checkFamilies({ enableIpv4, enableIpv6 }: NetworkRecord): void {
  if (!enableIpv4 && !enableIpv6) throw engineError('networks.no-family', {});
}
