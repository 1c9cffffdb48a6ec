import { errnoOf } from '@berth/errors';
import { type HeldRange, loopTurn, type Ports } from '@berth/kernel';
import { isRoutedLease, type PortLease, portLeaseKey } from '../model/port-lease.ts';
import { LeasedPorts } from './leased-ports.ts';
import { portRefused, type Refusal } from './port-refusal.ts';
import type { HostPortRange } from './port-spec.ts';
import type { PublishRequest } from './publish-plan.ts';

/** The container that ports are taken for, as error texts name it. */
export interface PortOwner {
  readonly containerId: string;
  readonly endpointId: string;
  readonly endpointName: string;
  /** Its IPv4 address. */
  readonly address: string;
}

export interface PortRegistryOptions {
  readonly ports: Ports;
  /** The host's ephemeral range: net.ipv4.ip_local_port_range. */
  readonly ephemeralRange: () => HostPortRange;
  /** Name of a container, for the conflict that it is in. */
  readonly nameOf: (containerId: string) => string;
}

/** What happened when host ports were tried: the leases that were taken, or why not. */
type Attempt = readonly PortLease[] | Refusal;

/** So many requests are served before others get their turn. */
const requestsInTurn = 128;

/**
 * The host ports of all containers. Each is held by a bound socket, so that no other program can take it
 * and one that has it already is noticed; one socket for both families where a port is published on every address of
 * both. Leases are kept by the caller in the database.
 */
export class PortRegistry {
  readonly #ports: Ports;
  readonly #ephemeralRange: () => HostPortRange;
  readonly #nameOf: (containerId: string) => string;
  readonly #leased = new LeasedPorts();
  /** Sockets by the key of each lease that they hold. */
  readonly #held = new Map<string, HeldRange>();
  /** The next port to try, by protocol and host address. */
  readonly #next = new Map<string, number>();

  constructor({ ports, ephemeralRange, nameOf }: PortRegistryOptions) {
    this.#ports = ports;
    this.#nameOf = nameOf;
    this.#ephemeralRange = ephemeralRange;
  }

  /** Takes all ports or none. Fails with networks.port-allocated, port-in-use or ports-exhausted. */
  async acquire(requests: readonly PublishRequest[], owner: PortOwner): Promise<PortLease[]> {
    const taken: PortLease[] = [];
    try {
      for (const [index, request] of requests.entries()) {
        if (index % requestsInTurn === requestsInTurn - 1) await loopTurn();
        for (const lease of await this.#acquireOne(request, owner)) taken.push(lease);
      }
      return taken;
    } catch (error) {
      await this.release(taken);
      throw error;
    }
  }

  /**
   * Takes a container's leases of the database again after a restart. What could not be had, because another program
   * got the port meanwhile: such a lease stays valid, because redirected packets never reach that program.
   */
  async restore(
    leases: readonly PortLease[],
  ): Promise<{ readonly lease: PortLease; readonly error: unknown }[]> {
    const failures: { lease: PortLease; error: unknown }[] = [];
    for (const group of holdGroups(leases)) {
      for (const lease of group) this.#leased.add(lease);
      if (group.every((lease) => this.#held.has(portLeaseKey(lease)))) continue;
      try {
        await this.#hold(group);
      } catch (error) {
        for (const lease of group) failures.push({ lease, error });
      }
    }
    return failures;
  }

  /** Idempotent. */
  async release(leases: readonly PortLease[]): Promise<void> {
    const sockets = new Set<HeldRange>();
    for (const lease of leases) {
      if (isRoutedLease(lease)) continue;
      const key = portLeaseKey(lease);
      const held = this.#held.get(key);
      if (held !== undefined) sockets.add(held);
      this.#held.delete(key);
    }
    for (const held of sockets) await held.close();
    for (const lease of leases) if (!isRoutedLease(lease)) this.#leased.delete(lease);
  }

  /** The sockets that hold a lease; another lease may share them. Undefined when there are none. */
  socketsOf(lease: PortLease): HeldRange | undefined {
    return this.#held.get(portLeaseKey(lease));
  }

  /** Closes every socket; the leases stay. */
  async close(): Promise<void> {
    const sockets = new Set(this.#held.values());
    this.#held.clear();
    for (const held of sockets) await held.close();
  }

  async #acquireOne(request: PublishRequest, owner: PortOwner): Promise<readonly PortLease[]> {
    let refusal: Refusal | undefined;
    for (const port of this.#candidates(request)) {
      const attempt = await this.#attempt(request, port, owner);
      if (!('reason' in attempt)) {
        this.#next.set(sequenceKey(request), port + 1);
        return attempt;
      }
      refusal = attempt;
    }
    throw portRefused(request, refusal, owner, this.#nameOf);
  }

  /** First ports. Those of the range in order; random ones go on behind the last that was given. */
  *#candidates(request: PublishRequest): Generator<number> {
    const { first, last } = request.range ?? this.#ephemeralRange();
    const count = last - first + 2 - request.count;
    const next =
      request.range === undefined ? (this.#next.get(sequenceKey(request)) ?? first) : first;
    const start = next >= first && next <= last ? next - first : 0;
    for (let offset = 0; offset < count; offset++) yield first + ((start + offset) % count);
  }

  async #attempt(request: PublishRequest, hostPort: number, owner: PortOwner): Promise<Attempt> {
    const { protocol, port: containerPort, count } = request;
    const { containerId, endpointId } = owner;
    const wanted = request.hostAddresses.map(({ address: hostAddress }) => ({
      ...{ protocol, hostAddress, hostPort, containerPort, count, endpointId, containerId },
    }));
    for (const lease of wanted) {
      const conflict = this.#leased.conflict(lease);
      if (conflict === undefined) continue;
      const place = placeOf(lease.hostAddress, conflict.port);
      return { reason: 'allocated', place, holder: conflict.holder.containerId };
    }
    // Nothing else may want them while the sockets are opened.
    for (const lease of wanted) this.#leased.add(lease);
    const attempt = await this.#holdAll(wanted, request);
    const kept: readonly PortLease[] = 'reason' in attempt ? [] : attempt;
    for (const lease of wanted) if (!kept.includes(lease)) this.#leased.delete(lease);
    return attempt;
  }

  /** The leases whose ports were had: all but those of a family that the host lacks, where it may. */
  async #holdAll(wanted: readonly PortLease[], request: PublishRequest): Promise<Attempt> {
    const optional = new Set(
      request.hostAddresses.filter((item) => item.optional).map(({ address }) => address),
    );
    const kept: PortLease[] = [];
    const groups = holdGroups(wanted);
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      try {
        await this.#hold(group);
        kept.push(...group);
      } catch (cause) {
        const needed = group.filter(({ hostAddress }) => !optional.has(hostAddress));
        if (lacksFamily(cause) && needed.length < group.length) {
          if (needed.length > 0) groups.unshift(needed);
          continue;
        }
        await this.release(kept);
        const [{ hostAddress = '', hostPort = 0 } = {}] = group;
        const told = (cause as { readonly path?: string }).path ?? '';
        const place = told.includes(':') ? told : placeOf(hostAddress, hostPort);
        return { reason: 'unavailable', place, cause };
      }
    }
    return kept;
  }

  async #hold(group: readonly PortLease[]): Promise<void> {
    const last = group.at(-1);
    if (last === undefined || isRoutedLease(last)) return;
    const { protocol, hostAddress: address, hostPort: port, count } = last;
    try {
      const range = { protocol, address, port, count, dual: group.length > 1 };
      const held = await this.#ports.holdRange(range);
      for (const lease of group) this.#held.set(portLeaseKey(lease), held);
    } catch (error) {
      // Without sctp sockets in the kernel no program can have the port.
      if (protocol !== 'sctp' || errnoOf(error) !== 'EPROTONOSUPPORT') throw error;
    }
  }
}

/** Leases that one socket for each port can hold: the same ports on every address of IPv4 and of IPv6. */
function holdGroups(leases: readonly PortLease[]): PortLease[][] {
  const groups = new Map<string, PortLease[]>();
  for (const lease of leases) {
    if (isRoutedLease(lease)) continue;
    const { protocol, hostAddress, hostPort, count } = lease;
    const family = hostAddress === '0.0.0.0' || hostAddress === '::' ? 'any' : hostAddress;
    const key = `${protocol} ${family} ${hostPort} ${count}`;
    const group = groups.get(key) ?? [];
    if (hostAddress === '::') group.push(lease);
    else group.unshift(lease);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function sequenceKey({ protocol, hostAddresses }: PublishRequest): string {
  return `${protocol} ${hostAddresses[0]?.address ?? ''}`;
}

function placeOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function lacksFamily(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errnoOf(error) ?? '');
}
