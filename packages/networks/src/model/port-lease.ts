import type { TransportProtocol } from '@berth/kernel';
import type { TableDefinition } from '@berth/state';

/** A host port that leads to a container. */
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

export function portLeaseKey(
  lease: Pick<PortLease, 'protocol' | 'hostAddress' | 'hostPort'>,
): string {
  return `${lease.protocol} ${lease.hostAddress} ${lease.hostPort}`;
}
