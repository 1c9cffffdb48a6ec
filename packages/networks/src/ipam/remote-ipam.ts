import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';

/** What a network that is to be made asks of an address manager. */
export interface PoolRequest {
  readonly family: 4 | 6;
  /** CIDR notation; absent: the manager chooses. */
  readonly subnet?: string;
  readonly range?: string;
  readonly gateway?: string;
  readonly auxiliary?: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface AddressRequest {
  readonly asked: string | undefined;
  /** Of the endpoint that it is for, as far as it is known. */
  readonly mac: string | undefined;
}

/** An address manager other than our own (`--ipam-driver`). Nothing of what it gives is kept by us but the record. */
export interface RemoteIpam {
  /** Whether it wants to know MAC addresses: endpoints get one before their address then. */
  requiresMac(): Promise<boolean>;
  /** Takes a pool and the gateway in it. */
  requestPool(request: PoolRequest): Promise<SubnetRecord>;
  releasePool(subnet: SubnetRecord): Promise<void>;
  /** An address with its prefix length, `10.0.0.2/24`. */
  allocate(network: NetworkRecord, family: 4 | 6, request: AddressRequest): Promise<string>;
  release(network: NetworkRecord, address: string): Promise<void>;
}
