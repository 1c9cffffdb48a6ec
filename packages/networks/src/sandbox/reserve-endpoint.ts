import { formatAllocated } from '../ipam/address-registry.ts';
import type { AddressRequest } from '../ipam/remote-ipam.ts';
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
  const asked = await macBeforeAddress(context, network, settings.MacAddress || macAddress);
  const { IPv4Address, IPv6Address } = settings.IPAMConfig ?? {};
  const ipv4 = await takeAddress(context, network, 4, { asked: IPv4Address, mac: asked });
  try {
    const ipv6 = await takeAddress(context, network, 6, { asked: IPv6Address, mac: asked });
    const mac = macFor(plan, asked, ipv4, context.ids.next());
    const draft = {
      ...{ ...base, interfaceName },
      ...(mac === undefined ? {} : { mac }),
      ...(ipv4 === undefined ? {} : { ipv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    };
    try {
      const { mac: _mac, ...rest } = draft;
      return { ...rest, ...driver.design(network, draft) };
    } catch (error) {
      await giveBack(context, network, ipv6);
      throw error;
    }
  } catch (error) {
    await giveBack(context, network, ipv4);
    throw error;
  }
}

/** The MAC address asked for, or any where the address manager has to know one. */
async function macBeforeAddress(
  context: NetworkContext,
  network: PlannedAttachment['network'],
  asked: string | undefined,
): Promise<string | undefined> {
  if (asked) return parseMacAddress(asked);
  const required = await context.ipam(network)?.requiresMac();
  return required === true ? randomMac(context.ids.next()) : undefined;
}

/** The MAC address asked for, else one that goes with the address; none where the driver chooses. */
function macFor(
  { driver }: PlannedAttachment,
  asked: string | undefined,
  ipv4: string | undefined,
  digits: string,
): string | undefined {
  if (asked) return asked;
  if (driver.needs.ownMac === true) return undefined;
  return ipv4 === undefined ? randomMac(digits) : macOfAddress(ipv4);
}

async function takeAddress(
  context: NetworkContext,
  network: PlannedAttachment['network'],
  family: 4 | 6,
  { asked, mac }: AddressRequest,
): Promise<string | undefined> {
  const enabled = family === 4 ? network.enableIpv4 : network.enableIpv6;
  const has = network.subnets.some(({ subnet }) => subnet.includes(':') === (family === 6));
  if (!enabled || !has) return undefined;
  const remote = context.ipam(network);
  if (remote !== undefined) {
    return await remote.allocate(network, family, { asked: asked || undefined, mac });
  }
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
