import { engineError } from '@berth/errors';
import type { Links } from '@berth/kernel';
import { formatIpAddress, type IpAddress, parseIpAddress } from '../ip/ip-address.ts';
import { parsePrefix } from '../ip/ip-prefix.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import type { NetworkStore } from '../model/network-store.ts';
import { AddressSpace } from './address-space.ts';

/** An address that was given back while the link that had it may still answer for it. */
interface Departing {
  readonly space: AddressSpace;
  readonly address: IpAddress;
  readonly hostInterface: string;
}

/** How many departing links are looked up when an address is wanted. */
const lookups = 8;

/**
 * The addresses of every network, in memory: loaded from the leases of the database, which its callers
 * write. The kernel frees the links of a removed namespace later on its own; until then the old link
 * answers ARP, so its address is not given to anybody else.
 */
export class AddressRegistry {
  readonly #store: NetworkStore;
  readonly #links: Pick<Links, 'get'>;
  readonly #spaces = new Map<string, AddressSpace[]>();
  #departing: Departing[] = [];

  constructor(store: NetworkStore, links: Pick<Links, 'get'>) {
    this.#store = store;
    this.#links = links;
  }

  /**
   * Gives an IPv4 address of the network with its prefix length: the one asked for, or the lowest free.
   * Fails with networks.no-addresses, address-in-use or address-outside.
   */
  allocate(network: NetworkRecord, asked?: string): { address: IpAddress; length: number } {
    this.#settle();
    const spaces = this.#spacesOf(network).filter(({ subnet }) => subnet.family === 4);
    const wanted = asked === undefined ? undefined : parseIpAddress(asked);
    let refusal = 'exhausted';
    for (const space of spaces) {
      const given = wanted === undefined ? space.allocate() : space.reserve(wanted);
      if (typeof given !== 'string') return { address: given, length: space.subnet.length };
      refusal = given;
      if (given === 'in-use') break;
    }
    throw refused(network, refusal, asked);
  }

  /** Gives an address back; with `hostInterface`, once the kernel has let go of that link. Idempotent. */
  release(network: NetworkRecord, address: string, hostInterface?: string): void {
    const parsed = parseIpAddress(address);
    if (parsed === undefined) return;
    for (const space of this.#spaces.get(network.id) ?? []) {
      if (space.subnet.family !== parsed.family) continue;
      if (hostInterface === undefined) space.release(parsed);
      else this.#departing.push({ space, address: parsed, hostInterface });
    }
  }

  /** Forgets a network whose subnets have changed or that is gone. */
  forget(networkId: string): void {
    this.#spaces.delete(networkId);
  }

  #settle(): void {
    const gone = this.#departing
      .slice(0, lookups)
      .filter(({ hostInterface }) => this.#links.get(hostInterface) === undefined);
    if (gone.length === 0) return;
    for (const { space, address } of gone) space.release(address);
    this.#departing = this.#departing.filter((entry) => !gone.includes(entry));
  }

  #spacesOf(network: NetworkRecord): AddressSpace[] {
    const known = this.#spaces.get(network.id);
    if (known !== undefined) return known;
    const spaces = network.subnets.flatMap(spaceOf);
    for (const { address } of this.#store.addresses.find('network', network.id)) {
      const parsed = parseIpAddress(address);
      if (parsed !== undefined) for (const space of spaces) space.reserve(parsed);
    }
    this.#spaces.set(network.id, spaces);
    return spaces;
  }
}

/** The space of one subnet, its gateway and auxiliary addresses taken. */
function spaceOf({ subnet, range, gateway, auxiliary = {} }: SubnetRecord): AddressSpace[] {
  const prefix = parsePrefix(subnet);
  if (prefix === undefined) return [];
  const part = range === undefined ? undefined : parsePrefix(range);
  const space = new AddressSpace({
    subnet: prefix,
    ...(part === undefined ? {} : { range: part }),
  });
  for (const text of [gateway, ...Object.values(auxiliary)]) {
    const address = text === undefined ? undefined : parseIpAddress(text);
    if (address !== undefined) space.reserve(address);
  }
  return [space];
}

function refused(network: NetworkRecord, refusal: string, asked: string | undefined): Error {
  const subnet = network.subnets.map((record) => record.subnet).join(', ');
  if (refusal === 'in-use') return engineError('networks.address-in-use', {});
  if (refusal === 'outside') {
    return engineError('networks.address-outside', { address: asked ?? '', subnet });
  }
  return engineError('networks.no-addresses', { network: network.name, subnet });
}

/** `172.17.0.2/16` */
export function formatAllocated({
  address,
  length,
}: {
  address: IpAddress;
  length: number;
}): string {
  return `${formatIpAddress(address)}/${length}`;
}
