import type { TransportProtocol } from '@berth/kernel';
import { isRoutedLease, type PortLease, portLeaseKey } from '../model/port-lease.ts';

/** Which leases there are, by protocol and host port. A range costs no more than a single port. */
export class LeasedPorts {
  readonly #byProtocol: Readonly<Record<TransportProtocol, ProtocolLeases>> = {
    tcp: new ProtocolLeases(),
    udp: new ProtocolLeases(),
    sctp: new ProtocolLeases(),
  };

  /** Idempotent. Leases of routed networks take no ports. */
  add(lease: PortLease): void {
    if (!isRoutedLease(lease)) this.#byProtocol[lease.protocol].add(lease);
  }

  /** Idempotent. */
  delete(lease: PortLease): void {
    this.#byProtocol[lease.protocol].delete(lease);
  }

  /** The first port that the lease wants and another one has. */
  conflict(lease: PortLease): { readonly port: number; readonly holder: PortLease } | undefined {
    return this.#byProtocol[lease.protocol].conflict(lease);
  }
}

class ProtocolLeases {
  readonly #single = new Map<number, readonly PortLease[]>();
  readonly #ranges = new Map<string, PortLease>();

  add(lease: PortLease): void {
    const key = portLeaseKey(lease);
    if (lease.count > 1) {
      this.#ranges.set(key, lease);
      return;
    }
    const known = this.#single.get(lease.hostPort) ?? [];
    if (known.some((other) => portLeaseKey(other) === key)) return;
    this.#single.set(lease.hostPort, [...known, lease]);
  }

  delete(lease: PortLease): void {
    const key = portLeaseKey(lease);
    if (lease.count > 1) {
      this.#ranges.delete(key);
      return;
    }
    const known = this.#single.get(lease.hostPort) ?? [];
    const rest = known.filter((other) => portLeaseKey(other) !== key);
    if (rest.length > 0) this.#single.set(lease.hostPort, rest);
    else this.#single.delete(lease.hostPort);
  }

  conflict(lease: PortLease): { readonly port: number; readonly holder: PortLease } | undefined {
    const end = lease.hostPort + lease.count;
    for (const holder of this.#ranges.values()) {
      const port = Math.max(holder.hostPort, lease.hostPort);
      if (port < Math.min(end, holder.hostPort + holder.count) && collide(holder, lease)) {
        return { port, holder };
      }
    }
    for (let port = lease.hostPort; port < end; port++) {
      const holder = this.#single.get(port)?.find((other) => collide(other, lease));
      if (holder !== undefined) return { port, holder };
    }
    return undefined;
  }
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
