import type { EndpointSettings, PortMap } from '@berth/engine-api';
import type { TableDefinition } from '@berth/state';

/** A route inside a container besides the default one and those of its addresses. */
export interface StaticRoute {
  /** CIDR notation. */
  readonly destination: string;
  /** Absent: the destination is on the link. */
  readonly gateway?: string;
}

/** A container's place in one network. */
export interface EndpointRecord {
  readonly id: string;
  readonly networkId: string;
  readonly containerId: string;
  /** What the user asked for: IPAMConfig, Aliases, Links, DriverOpts, GwPriority. */
  readonly settings: EndpointSettings;
  /** Name inside the container; absent where the driver makes no interface. */
  readonly interfaceName?: string;
  /** Name of the host's end of the pair, new at every start. */
  readonly hostInterface?: string;
  readonly mac?: string;
  /** CIDR notation. */
  readonly ipv4?: string;
  readonly gateway4?: string;
  readonly ipv6?: string;
  readonly gateway6?: string;
  /** The default route leads to the interface itself, with no gateway (ipvlan l3). */
  readonly deviceRoute?: boolean;
  readonly routes?: readonly StaticRoute[];
  /** Its plug-in was told that the default route leads here and which ports are published. */
  readonly external?: boolean;
  /** What its plug-in says that it has published, while it is external. */
  readonly pluginPorts?: PortMap;
  /**
   * Being attached to or detached from a running container: reconcile removes it. Endpoints that come and go
   * with their sandbox have none.
   */
  readonly stage?: 'attaching' | 'detaching';
}

export const endpointTable: TableDefinition<EndpointRecord> = {
  name: 'network_endpoints',
  key: (record) => record.id,
  indexes: {
    network: (record) => record.networkId,
    container: (record) => record.containerId,
  },
};
