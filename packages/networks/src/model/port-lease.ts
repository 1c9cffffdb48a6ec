import type { TransportProtocol } from '@berth/kernel';
import type { TableDefinition } from '@berth/state';

/**
 * Host ports that lead to a container: `count` of them from `hostPort` on, each to the port of the container at the same
 * place from `containerPort` on. In routed networks `hostPort` is 0, and none is needed.
 */
export interface PortLease {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0` and `::` mean every address of that family. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly count: number;
  readonly endpointId: string;
  readonly containerId: string;
}

export const portLeaseTable: TableDefinition<PortLease> = {
  name: 'network_ports',
  key: portLeaseKey,
  indexes: {
    endpoint: (lease) => lease.endpointId,
    container: (lease) => lease.containerId,
  },
};

/** True for a port of a routed network: it is reached at the container's address, and takes no host port. */
export function isRoutedLease({ hostPort }: Pick<PortLease, 'hostPort'>): boolean {
  return hostPort === 0;
}

/** Identifies a lease; no two of different key share a port. */
export function portLeaseKey(
  lease: Pick<PortLease, 'protocol' | 'hostAddress' | 'hostPort' | 'containerId' | 'containerPort'>,
): string {
  if (isRoutedLease(lease)) {
    const { protocol, hostAddress, containerPort, containerId } = lease;
    return `${protocol} ${hostAddress} routed ${containerPort} ${containerId}`;
  }
  return `${lease.protocol} ${lease.hostAddress} ${lease.hostPort}`;
}

/** One of a lease's ports, as a lease of its own. */
export function leasedPort(lease: PortLease, place: number): PortLease {
  const hostPort = isRoutedLease(lease) ? 0 : lease.hostPort + place;
  return { ...lease, hostPort, containerPort: lease.containerPort + place, count: 1 };
}

/** `0.0.0.0:80`, `[::]:8000-8010`, as error texts and reports name it. */
export function showHostPorts({ hostAddress, hostPort, count }: PortLease): string {
  const address = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
  return `${address}:${hostPort}${count === 1 ? '' : `-${hostPort + count - 1}`}`;
}
