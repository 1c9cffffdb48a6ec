import type { TableDefinition } from '@berth/state';

/** One subnet of a network. Addresses are canonical texts. */
export interface SubnetRecord {
  readonly subnet: string;
  readonly gateway?: string;
  /** Part that addresses are chosen from. */
  readonly range?: string;
  readonly auxiliary?: Readonly<Record<string, string>>;
}

export interface NetworkRecord {
  /** 64 hexadecimal digits; the same for as long as the data root exists. */
  readonly id: string;
  readonly name: string;
  /** Key of the driver registry: `bridge`, `host`, `null` … */
  readonly driver: string;
  readonly scope: 'local' | 'global' | 'swarm';
  /** RFC 3339. */
  readonly created: string;
  readonly enableIpv4: boolean;
  readonly enableIpv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly ipamDriver: string;
  readonly ipamOptions?: Readonly<Record<string, string>>;
  readonly subnets: readonly SubnetRecord[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export const networkTable: TableDefinition<NetworkRecord> = {
  name: 'networks',
  key: (record) => record.id,
  unique: { name: (record) => record.name },
};

/** The networks that every engine has; they cannot be removed. */
export const predefinedNetworks = ['bridge', 'host', 'none'] as const;

export function isPredefined(name: string): boolean {
  return (predefinedNetworks as readonly string[]).includes(name);
}

/** Keys of `com.docker.network.*` that drivers read. */
export const networkOption = {
  defaultBridge: 'com.docker.network.bridge.default_bridge',
  icc: 'com.docker.network.bridge.enable_icc',
  ipMasquerade: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBindingIpv4: 'com.docker.network.bridge.host_binding_ipv4',
  bridgeName: 'com.docker.network.bridge.name',
  mtu: 'com.docker.network.driver.mtu',
} as const;
