import type { TableDefinition } from '@berth/state';

/** One subnet of a network. Addresses are canonical texts. */
export interface SubnetRecord {
  readonly subnet: string;
  readonly gateway?: string;
  /** Part that addresses are chosen from. */
  readonly range?: string;
  readonly auxiliary?: Readonly<Record<string, string>>;
  /** Name of the pool at the address manager that it is from, when that is not our own. */
  readonly poolId?: string;
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
  /** Only a configuration for other networks (`--config-only`): it has no driver and no containers. */
  readonly configOnly?: boolean;
  /** Name of the network whose configuration it has (`--config-from`). */
  readonly configFrom?: string;
  /** Its bridge or parent link was there before it and stays behind it. */
  readonly foreignLink?: boolean;
  /**
   * Being made or removed: it is not shown, nothing can join it, and reconcile removes what there is of it.
   */
  readonly stage?: 'creating' | 'removing';
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
