import { engineError } from '@berth/errors';
import type { Database, Table } from '@berth/state';
import type { PublishRecord } from '../ports/port-bindings.ts';
import { type AddressLease, addressLeaseTable } from './address-lease.ts';
import { CachedTable } from './cached-table.ts';
import { type EndpointRecord, endpointTable } from './endpoint-record.ts';
import { type NetworkRecord, networkTable } from './network-record.ts';
import { type PortLease, portLeaseKey, portLeaseTable } from './port-lease.ts';
import {
  type SandboxPublishing,
  type SandboxRecord,
  sandboxPublishingTable,
  sandboxTable,
} from './sandbox-record.ts';

const publishesNothing: PublishRecord = { bindings: [], exposed: [], publishAllPorts: false };

/** The records of this package. Reads and writes are synchronous and atomic. */
export class NetworkStore {
  readonly database: Database;
  readonly networks: Table<NetworkRecord>;
  readonly sandboxes: Table<SandboxRecord>;
  readonly publishing: Table<SandboxPublishing>;
  readonly endpoints: Table<EndpointRecord>;
  readonly addresses: Table<AddressLease>;
  readonly ports: Table<PortLease>;

  constructor(database: Database) {
    this.database = database;
    this.networks = new CachedTable(database.table(networkTable), networkTable);
    this.sandboxes = database.table(sandboxTable);
    this.publishing = database.table(sandboxPublishingTable);
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

  /** What a container publishes wherever its default gateway is. */
  publishedBy(containerId: string): PublishRecord {
    return this.publishing.get(containerId) ?? publishesNothing;
  }

  /** The networks that are there: neither being made nor being removed. */
  visibleNetworks(): NetworkRecord[] {
    return this.networks.all().filter(({ stage }) => stage === undefined);
  }

  endpointsOfNetwork(networkId: string): EndpointRecord[] {
    return this.endpoints.find('network', networkId);
  }

  /**
   * Writes an endpoint with the leases of its addresses. Fails with networks.not-found when its network was
   * removed meanwhile. To be called in a transaction.
   */
  insertEndpoint(network: NetworkRecord, endpoint: EndpointRecord): void {
    const current = this.networks.get(network.id);
    if (current === undefined || current.stage !== undefined) {
      throw engineError('networks.not-found', { network: network.name });
    }
    this.endpoints.insert(endpoint);
    for (const text of [endpoint.ipv4, endpoint.ipv6]) {
      const address = text?.split('/')[0];
      if (address === undefined) continue;
      this.addresses.insert({ networkId: network.id, address, endpointId: endpoint.id });
    }
  }

  /** Forgets an endpoint with the leases of its addresses, in one transaction. */
  deleteEndpoint(endpointId: string): void {
    this.database.transaction(() => {
      for (const lease of this.addresses.find('endpoint', endpointId)) {
        this.addresses.delete(addressLeaseTable.key(lease));
      }
      this.endpoints.delete(endpointId);
    });
  }

  /** Forgets the sandbox with its endpoints and leases, in one transaction. */
  deleteSandbox(containerId: string): void {
    this.database.transaction(() => {
      for (const lease of this.portsOfContainer(containerId))
        this.ports.delete(portLeaseKey(lease));
      for (const { id } of this.endpointsOfContainer(containerId)) this.deleteEndpoint(id);
      this.publishing.delete(containerId);
      this.sandboxes.delete(containerId);
    });
  }
}
