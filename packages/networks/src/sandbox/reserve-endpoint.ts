import { formatAllocated } from '../ipam/address-registry.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { macOfAddress, parseMacAddress, randomMac } from '../validate/mac-address.ts';
import { chooseInterfaceName } from './endpoint-options.ts';
import type { PlannedAttachment } from './plan-attachments.ts';

export interface EndpointRequest {
  readonly plan: PlannedAttachment;
  readonly containerId: string;
  /** Names of interfaces that the sandbox has already. */
  readonly takenNames: ReadonlySet<string>;
  /** Of `--mac-address`, for an endpoint that names none itself. */
  readonly macAddress?: string | undefined;
}

/**
 * Takes addresses, a MAC address and names for a new endpoint. Nothing is written; the caller writes the
 * record or gives the addresses back.
 */
export async function reserveEndpoint(
  context: NetworkContext,
  { plan, containerId, takenNames, macAddress }: EndpointRequest,
): Promise<EndpointRecord> {
  const { network, driver, settings } = plan;
  const id = context.ids.next();
  const base = { id, networkId: network.id, containerId, settings };
  if (!driver.needs.interface) return base;
  const interfaceName = chooseInterfaceName(network, settings, takenNames);
  const asked = settings.MacAddress || macAddress;
  const { IPv4Address, IPv6Address } = settings.IPAMConfig ?? {};
  const ipv4 = await takeAddress(context, network, 4, { endpointId: id, asked: IPv4Address });
  try {
    const ipv6 = await takeAddress(context, network, 6, { endpointId: id, asked: IPv6Address });
    const mac = asked
      ? parseMacAddress(asked)
      : ipv4 === undefined
        ? randomMac(context.ids.next())
        : macOfAddress(ipv4);
    const draft = {
      ...{ ...base, interfaceName, mac },
      ...(ipv4 === undefined ? {} : { ipv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    };
    try {
      const { mac: _mac, ...rest } = draft;
      return { ...rest, ...(await driver.design(network, draft)) };
    } catch (error) {
      await giveBack(context, network, ipv6);
      throw error;
    }
  } catch (error) {
    await giveBack(context, network, ipv4);
    throw error;
  }
}

async function takeAddress(
  context: NetworkContext,
  network: PlannedAttachment['network'],
  family: 4 | 6,
  { endpointId, asked }: { readonly endpointId: string; readonly asked: string | undefined },
): Promise<string | undefined> {
  const enabled = family === 4 ? network.enableIpv4 : network.enableIpv6;
  const has = network.subnets.some(({ subnet }) => subnet.includes(':') === (family === 6));
  if (!enabled || !has) return undefined;
  const remote = context.ipam(network);
  if (remote !== undefined) return await remote.allocate(network, family, { endpointId, asked });
  if (asked) await context.addresses.vacate(asked);
  return formatAllocated(context.addresses.allocate(network, family, asked || undefined));
}

async function giveBack(
  context: NetworkContext,
  network: PlannedAttachment['network'],
  address: string | undefined,
): Promise<void> {
  if (address === undefined) return;
  await releaseAddress(context, network, address.split('/')[0] ?? '');
}

/** Gives an address back; with `link`, once the kernel has let go of that link. */
export async function releaseAddress(
  context: NetworkContext,
  network: PlannedAttachment['network'],
  address: string,
  link?: string,
): Promise<void> {
  const remote = context.ipam(network);
  if (remote === undefined) context.addresses.release(network, address, link);
  else await remote.release(network, address);
}
