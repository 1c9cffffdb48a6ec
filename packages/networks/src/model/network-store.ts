import type { Database, Table } from '@berth/state';
import { type AddressLease, addressLeaseTable } from './address-lease.ts';
import { type EndpointRecord, endpointTable } from './endpoint-record.ts';
import { type NetworkRecord, networkTable } from './network-record.ts';
import { type PortLease, portLeaseKey, portLeaseTable } from './port-lease.ts';
import { type SandboxRecord, sandboxTable } from './sandbox-record.ts';

/** The records of this package. Reads and writes are synchronous and atomic. */
export class NetworkStore {
  readonly database: Database;
  readonly networks: Table<NetworkRecord>;
  readonly sandboxes: Table<SandboxRecord>;
  readonly endpoints: Table<EndpointRecord>;
  readonly addresses: Table<AddressLease>;
  readonly ports: Table<PortLease>;

  constructor(database: Database) {
    this.database = database;
    this.networks = database.table(networkTable);
    this.sandboxes = database.table(sandboxTable);
    this.endpoints = database.table(endpointTable);
    this.addresses = database.table(addressLeaseTable);
    this.ports = database.table(portLeaseTable);
  }

  networkByName(name: string): NetworkRecord | undefined {
    return this.networks.find('name', name)[0];
  }

  endpointsOfContainer(containerId: string): EndpointRecord[] {
    return this.endpoints.find('container', containerId);
  }

  portsOfContainer(containerId: string): PortLease[] {
    return this.ports.find('container', containerId);
  }

  /** Forgets the sandbox with its endpoints and leases, in one transaction. */
  deleteSandbox(containerId: string): void {
    this.database.transaction(() => {
      for (const lease of this.portsOfContainer(containerId))
        this.ports.delete(portLeaseKey(lease));
      for (const endpoint of this.endpointsOfContainer(containerId)) {
        for (const lease of this.addresses.find('endpoint', endpoint.id)) {
          this.addresses.delete(addressLeaseTable.key(lease));
        }
        this.endpoints.delete(endpoint.id);
      }
      this.sandboxes.delete(containerId);
    });
  }
}
