import type { TableDefinition } from '@berth/state';

/** An address of a network that is taken by an endpoint. Gateways and such are in the network's record. */
export interface AddressLease {
  readonly networkId: string;
  readonly address: string;
  readonly endpointId: string;
}

export const addressLeaseTable: TableDefinition<AddressLease> = {
  name: 'network_addresses',
  key: (lease) => `${lease.networkId} ${lease.address}`,
  indexes: {
    network: (lease) => lease.networkId,
    endpoint: (lease) => lease.endpointId,
  },
};
