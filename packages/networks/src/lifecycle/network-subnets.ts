import type { IPAMConfig, NetworkCreateRequest } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { RouteInfo } from '@berth/kernel';
import type { NetworkDriver } from '../drivers/network-driver.ts';
import { type IpPrefix, parsePrefix } from '../ip/ip-prefix.ts';
import { planSubnets } from '../ipam/plan-subnets.ts';
import type { RemoteIpam } from '../ipam/remote-ipam.ts';
import { ulaPool } from '../ipam/ula-pool.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';

interface SubnetSources {
  readonly request: NetworkCreateRequest;
  readonly driver: NetworkDriver;
  /** What `routesToAvoid` has found. */
  readonly routes: readonly RouteInfo[];
}

/**
 * The routes of the host that a subnet of our choice keeps clear of; none where nothing is chosen. There are as many as
 * networks, and more.
 */
export async function routesToAvoid(
  { kernel }: NetworkContext,
  { enableIpv4, enableIpv6 }: NetworkRecord,
  request: NetworkCreateRequest,
): Promise<RouteInfo[]> {
  const named = (request.IPAM?.Config ?? []).map(({ Subnet = '' }) => Subnet);
  const chosen4 = enableIpv4 && !named.some((subnet) => subnet.includes('.'));
  const chosen6 = enableIpv6 && !named.some((subnet) => subnet.includes(':'));
  return chosen4 || chosen6 ? await kernel.links.routesElsewhereAsync() : [];
}

/**
 * The subnets of a new network from our own pools. What it finds free is so until the record is written, which has
 * to be done at once.
 */
export function localSubnets(
  context: NetworkContext,
  { enableIpv4, enableIpv6, ipamDriver }: NetworkRecord,
  { request, driver, routes }: SubnetSources,
): SubnetRecord[] {
  if (!driver.needs.interface) return [];
  const configs = request.IPAM?.Config ?? [];
  if (ipamDriver === 'null') return configs.length === 0 ? [] : refuseSubnets();
  const { store, config } = context;
  const pools = [...config.addressPools];
  if (enableIpv6 && !pools.some(({ base }) => base.includes(':'))) {
    pools.push(ulaPool(store.database, context.ids));
  }
  return planSubnets({
    ...{ configs, pools, ipv4: enableIpv4, ipv6: enableIpv6 },
    taken: store.networks
      .all()
      .filter((other) => other.ipamDriver === 'default' && other.configOnly !== true)
      .flatMap(({ subnets }) => subnets.flatMap(({ subnet }) => prefixOf(subnet))),
    routes: routes
      .filter(({ destination }) => destination !== 'default')
      .flatMap(({ destination }) => prefixOf(destination)),
  });
}

/** Most routes are the same ones at every network that is made. */
const knownPrefixes = new Map<string, IpPrefix[]>();
const mostKnown = 8192;

function prefixOf(text: string): IpPrefix[] {
  const known = knownPrefixes.get(text);
  if (known !== undefined) return known;
  const prefix = parsePrefix(text);
  // Every host has routes for link-local and multicast addresses; no pool lies there.
  const found = prefix === undefined || (prefix.family === 6 && prefix.length < 16) ? [] : [prefix];
  if (knownPrefixes.size >= mostKnown) knownPrefixes.clear();
  knownPrefixes.set(text, found);
  return found;
}

function refuseSubnets(): never {
  const reason = 'null ipam driver does not handle specific address requests';
  throw engineError('networks.invalid-ipam', { reason });
}

/** The subnets of a new network from its address manager. All or none are taken. */
export async function remoteSubnets(
  ipam: RemoteIpam,
  network: NetworkRecord,
  configs: readonly IPAMConfig[],
): Promise<SubnetRecord[]> {
  const options = network.ipamOptions ?? {};
  const taken: SubnetRecord[] = [];
  try {
    for (const family of [4, 6] as const) {
      if (!(family === 4 ? network.enableIpv4 : network.enableIpv6)) continue;
      const own = configs.filter(({ Subnet = '' }) => Subnet.includes(':') === (family === 6));
      for (const config of own.length > 0 ? own : [{}]) {
        const { Subnet, IPRange, Gateway, AuxiliaryAddresses }: IPAMConfig = config;
        taken.push(
          await ipam.requestPool({
            ...{ family, options },
            ...(Subnet ? { subnet: Subnet } : {}),
            ...(IPRange ? { range: IPRange } : {}),
            ...(Gateway ? { gateway: Gateway } : {}),
            ...(AuxiliaryAddresses ? { auxiliary: AuxiliaryAddresses } : {}),
          }),
        );
      }
    }
    return taken;
  } catch (error) {
    await releaseSubnets(ipam, taken);
    throw error;
  }
}

/** Gives pools back after a failure, which is what the user has to hear of. */
export async function releaseSubnets(
  ipam: RemoteIpam,
  subnets: readonly SubnetRecord[],
): Promise<void> {
  for (const subnet of subnets) await ipam.releasePool(subnet).catch(() => undefined);
}
