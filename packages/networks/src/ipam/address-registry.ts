import { engineError } from '@berth/errors';
import type { Links } from '@berth/kernel';
import { formatIpAddress, type IpAddress, parseIpAddress } from '../ip/ip-address.ts';
import { formatPrefix, parsePrefix } from '../ip/ip-prefix.ts';
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
  readonly #links: Pick<Links, 'has' | 'deleteLink'>;
  readonly #spaces = new Map<string, AddressSpace[]>();
  #departing: Departing[] = [];

  constructor(store: NetworkStore, links: Pick<Links, 'has' | 'deleteLink'>) {
    this.#store = store;
    this.#links = links;
  }

  /**
   * Gives an address of the network with its prefix length: the one asked for, or the lowest free.
   * Fails with networks.no-addresses, address-in-use or address-outside.
   */
  allocate(
    network: NetworkRecord,
    family: 4 | 6,
    asked?: string,
  ): { address: IpAddress; length: number } {
    this.#settle();
    const spaces = this.#spacesOf(network).filter(({ subnet }) => subnet.family === family);
    const wanted = asked === undefined ? undefined : parseIpAddress(asked);
    let refusal = 'exhausted';
    for (const space of spaces) {
      const given = wanted === undefined ? space.allocate() : space.reserve(wanted);
      if (typeof given !== 'string') return { address: given, length: space.subnet.length };
      refusal = given;
      if (given === 'in-use') break;
    }
    throw refused(network, { refusal, family, asked, spaces });
  }

  /** Lets go of an address that somebody wants again, such as a restarted container its own: ends the link that had it. */
  async vacate(address: string): Promise<void> {
    const parsed = parseIpAddress(address);
    if (parsed === undefined) return;
    const text = formatIpAddress(parsed);
    const entries = this.#departing.filter((entry) => formatIpAddress(entry.address) === text);
    await Promise.all(entries.map(({ hostInterface }) => this.#links.deleteLink(hostInterface)));
    this.#forgetDeparted(entries);
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

  /** What is taken and what is left, by subnet. */
  counts(network: NetworkRecord): ReadonlyMap<string, ReturnType<AddressSpace['counts']>> {
    this.#settle();
    const spaces = this.#spacesOf(network);
    return new Map(spaces.map((space) => [formatPrefix(space.subnet), space.counts()]));
  }

  #settle(): void {
    const gone = this.#departing
      .slice(0, lookups)
      .filter(({ hostInterface }) => !this.#links.has(hostInterface));
    if (gone.length > 0) this.#forgetDeparted(gone);
  }

  #forgetDeparted(gone: readonly Departing[]): void {
    // Another call may have been quicker, and the address given to somebody else.
    const still = gone.filter((entry) => this.#departing.includes(entry));
    for (const { space, address } of still) space.release(address);
    this.#departing = this.#departing.filter((entry) => !still.includes(entry));
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

interface Refused {
  readonly refusal: string;
  readonly family: 4 | 6;
  readonly asked: string | undefined;
  readonly spaces: readonly AddressSpace[];
}

function refused(network: NetworkRecord, { refusal, family, asked, spaces }: Refused): Error {
  const subnet = spaces.map((space) => formatPrefix(space.subnet)).join(', ');
  if (refusal === 'in-use') return engineError('networks.address-in-use', {});
  if (refusal === 'outside') {
    return engineError('networks.address-outside', { address: asked ?? '', subnet });
  }
  const details = { family: `IPv${family}`, network: network.name, id: network.id };
  return engineError('networks.no-addresses', { ...details, left: whatIsLeft(spaces) });
}

/** `10.0.0.0/29: 8 in use, 0 left` */
function whatIsLeft(spaces: readonly AddressSpace[]): string {
  const parts = spaces.map((space) => {
    const { inUse, available } = space.counts();
    return `${formatPrefix(space.subnet)}: ${inUse} in use or reserved, ${available} left`;
  });
  return parts.length === 0 ? 'the network has no such subnet' : parts.join('; ');
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
