import { engineError, errnoOf } from '@berth/errors';
import type { HeldPort, Ports, TransportProtocol } from '@berth/kernel';
import { isRoutedLease, type PortLease, portLeaseKey } from '../model/port-lease.ts';
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

/** What happened when one host port was tried. */
type Attempt =
  | { readonly outcome: 'taken'; readonly leases: readonly PortLease[] }
  | {
      readonly outcome: 'allocated' | 'unavailable';
      readonly address: string;
      readonly port: number;
      readonly cause?: unknown;
      /** ID of the container that has it. */
      readonly holder?: string;
    };

/**
 * The host ports of all containers. Each is held by a bound socket, so that no other program can take it
 * and one that has it already is noticed. Leases are kept by the caller in the database.
 */
export class PortRegistry {
  readonly #ports: Ports;
  readonly #ephemeralRange: () => HostPortRange;
  readonly #nameOf: (containerId: string) => string;
  /** Leases by protocol and port number. */
  readonly #leases = new Map<string, PortLease[]>();
  readonly #held = new Map<string, HeldPort>();
  /** The next port to try, by protocol and host address. */
  readonly #next = new Map<string, number>();

  constructor({ ports, ephemeralRange, nameOf }: PortRegistryOptions) {
    this.#ports = ports;
    this.#nameOf = nameOf;
    this.#ephemeralRange = ephemeralRange;
  }

  /** Takes all ports or none. Fails with networks.port-allocated, port-in-use or ports-exhausted. */
  acquire(requests: readonly PublishRequest[], owner: PortOwner): PortLease[] {
    const taken: PortLease[] = [];
    try {
      for (const request of requests) {
        for (const lease of this.#acquireOne(request, owner)) taken.push(lease);
      }
      return taken;
    } catch (error) {
      for (const lease of taken) this.release(lease);
      throw error;
    }
  }

  /**
   * Takes a lease of the database again after a restart. The failure, if another program got the port
   * meanwhile: the lease stays valid, because redirected packets never reach that program.
   */
  restore(lease: PortLease): unknown {
    if (isRoutedLease(lease)) return undefined;
    this.#remember(lease);
    if (this.#held.has(portLeaseKey(lease))) return undefined;
    try {
      this.#hold(lease);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Idempotent. */
  release(lease: PortLease): void {
    if (isRoutedLease(lease)) return;
    const key = portLeaseKey(lease);
    const number = numberKey(lease.protocol, lease.hostPort);
    const rest = (this.#leases.get(number) ?? []).filter((other) => portLeaseKey(other) !== key);
    if (rest.length > 0) this.#leases.set(number, rest);
    else this.#leases.delete(number);
    this.#held.get(key)?.close();
    this.#held.delete(key);
  }

  /** The socket of a lease, which the caller then owns and serves. Undefined when there is none. */
  takeSocket(lease: PortLease): HeldPort | undefined {
    const key = portLeaseKey(lease);
    const held = this.#held.get(key);
    this.#held.delete(key);
    return held;
  }

  /** Closes every socket; the leases stay. */
  close(): void {
    for (const held of this.#held.values()) held.close();
    this.#held.clear();
  }

  #acquireOne(request: PublishRequest, owner: PortOwner): readonly PortLease[] {
    let refusal: Attempt | undefined;
    for (const port of this.#candidates(request)) {
      const attempt = this.#attempt(request, port, owner);
      if (attempt.outcome === 'taken') {
        this.#next.set(sequenceKey(request), port + 1);
        return attempt.leases;
      }
      refusal = attempt;
    }
    const holder = refusal?.outcome === 'allocated' ? this.#nameOf(refusal.holder ?? '') : '';
    throw refused(request, refusal, owner, holder);
  }

  /** The ports of the range in order; random ones go on behind the last that was given. */
  *#candidates(request: PublishRequest): Generator<number> {
    const { first, last } = request.range ?? this.#ephemeralRange();
    const count = last - first + 1;
    const next =
      request.range === undefined ? (this.#next.get(sequenceKey(request)) ?? first) : first;
    const start = next >= first && next <= last ? next - first : 0;
    for (let offset = 0; offset < count; offset++) yield first + ((start + offset) % count);
  }

  #attempt(request: PublishRequest, hostPort: number, owner: PortOwner): Attempt {
    const leases: PortLease[] = [];
    for (const { address, optional } of request.hostAddresses) {
      const lease: PortLease = {
        protocol: request.protocol,
        hostAddress: address,
        hostPort,
        containerPort: request.port,
        endpointId: owner.endpointId,
        containerId: owner.containerId,
      };
      const attempt = this.#take(lease, optional);
      if (attempt === 'skipped') continue;
      if (attempt !== 'taken') {
        for (const undone of leases) this.release(undone);
        return attempt;
      }
      leases.push(lease);
    }
    return { outcome: 'taken', leases };
  }

  #take(lease: PortLease, optional: boolean): 'taken' | 'skipped' | Attempt {
    const { hostAddress: address, hostPort: port } = lease;
    const others = this.#leases.get(numberKey(lease.protocol, port)) ?? [];
    const holder = others.find((other) => collide(other, lease))?.containerId;
    if (holder !== undefined) return { outcome: 'allocated', address, port, holder };
    try {
      this.#hold(lease);
    } catch (error) {
      if (optional && lacksFamily(error)) return 'skipped';
      return { outcome: 'unavailable', address, port, cause: error };
    }
    this.#remember(lease);
    return 'taken';
  }

  #hold(lease: PortLease): void {
    const { protocol, hostAddress: address, hostPort: port } = lease;
    try {
      this.#held.set(portLeaseKey(lease), this.#ports.hold({ protocol, address, port }));
    } catch (error) {
      // Without sctp sockets in the kernel no program can have the port.
      if (protocol !== 'sctp' || errnoOf(error) !== 'EPROTONOSUPPORT') throw error;
    }
  }

  #remember(lease: PortLease): void {
    const number = numberKey(lease.protocol, lease.hostPort);
    const known = this.#leases.get(number) ?? [];
    const key = portLeaseKey(lease);
    if (known.some((other) => portLeaseKey(other) === key)) return;
    this.#leases.set(number, [...known, lease]);
  }
}

function numberKey(protocol: TransportProtocol, port: number): string {
  return `${protocol} ${port}`;
}

function sequenceKey({ protocol, hostAddresses }: PublishRequest): string {
  return `${protocol} ${hostAddresses[0]?.address ?? ''}`;
}

/** Whether two leases of the same protocol and port number want the same packets. */
function collide(a: PortLease, b: PortLease): boolean {
  if (a.hostAddress === b.hostAddress) return true;
  const sameFamily = a.hostAddress.includes(':') === b.hostAddress.includes(':');
  return sameFamily && (isWildcard(a.hostAddress) || isWildcard(b.hostAddress));
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function lacksFamily(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errnoOf(error) ?? '');
}

const bindReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in system',
};

/** Why none of the candidates could be taken, in the words that Docker uses. */
function refused(
  request: PublishRequest,
  refusal: Attempt | undefined,
  owner: PortOwner,
  holder: string,
): Error {
  const { endpointName: name, endpointId: id } = owner;
  const several = request.range === undefined || request.range.first !== request.range.last;
  if (refusal === undefined || refusal.outcome === 'taken') {
    return engineError('networks.ports-exhausted', { name, id });
  }
  if (refusal.outcome === 'allocated') {
    return several
      ? engineError('networks.ports-exhausted', { name, id })
      : engineError('networks.port-allocated', { name, id, host: hostPort(refusal), holder });
  }
  const errno = errnoOf(refusal.cause) ?? 'EIO';
  const binding = `${hostPort(refusal)}:${owner.address}:${request.port}/${request.protocol}`;
  const reason = bindReasons[errno] ?? errno;
  return engineError(
    'networks.port-in-use',
    { name, id, binding, reason },
    { cause: refusal.cause },
  );
}

function hostPort({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
