import type { TransportProtocol } from '@berth/kernel';
import type { TableDefinition } from '@berth/state';

/** A host port that leads to a container; 0 in routed networks, where none is needed. */
export interface PortLease {
  readonly protocol: TransportProtocol;
  /** `0.0.0.0` and `::` mean every address of that family. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerPort: number;
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

export function portLeaseKey(
  lease: Pick<PortLease, 'protocol' | 'hostAddress' | 'hostPort' | 'containerId' | 'containerPort'>,
): string {
  if (isRoutedLease(lease)) {
    const { protocol, hostAddress, containerPort, containerId } = lease;
    return `${protocol} ${hostAddress} routed ${containerPort} ${containerId}`;
  }
  return `${lease.protocol} ${lease.hostAddress} ${lease.hostPort}`;
}
