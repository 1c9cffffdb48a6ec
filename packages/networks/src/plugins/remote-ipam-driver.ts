import type { PluginClient } from '@berth/plugins';
import { formatPrefix, parseInterfaceAddress } from '../ip/ip-prefix.ts';
import type { PoolRequest, RemoteIpam } from '../ipam/remote-ipam.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import { cidrOf, textOf } from './plugin-values.ts';

const gatewayType = { RequestAddressType: 'com.docker.network.gateway' };

/** Addresses that a plug-in manages (IpamDriver of the plug-in protocol). */
export class RemoteIpamDriver implements RemoteIpam {
  readonly #plugin: PluginClient;

  constructor(plugin: PluginClient) {
    this.#plugin = plugin;
  }

  async requestPool(request: PoolRequest): Promise<SubnetRecord> {
    const spaces = await this.#plugin.call('IpamDriver.GetDefaultAddressSpaces', {});
    const pool = await this.#plugin.call('IpamDriver.RequestPool', {
      AddressSpace: textOf(spaces.LocalDefaultAddressSpace),
      Pool: request.subnet ?? '',
      SubPool: request.range ?? '',
      Options: request.options,
      V6: request.family === 6,
    });
    const poolId = textOf(pool.PoolID);
    try {
      return await this.#completePool(request, poolId, pool.Pool);
    } catch (error) {
      // Nobody else knows of it yet.
      await this.#plugin.call('IpamDriver.ReleasePool', { PoolID: poolId }).catch(() => undefined);
      throw error;
    }
  }

  /** Takes the gateway in a pool. */
  async #completePool(request: PoolRequest, poolId: string, pool: unknown): Promise<SubnetRecord> {
    const subnet = cidrOf(this.#plugin.name, 'IpamDriver.RequestPool', pool);
    const gateway = await this.#plugin.call('IpamDriver.RequestAddress', {
      PoolID: poolId,
      Address: request.gateway ?? '',
      Options: gatewayType,
    });
    const prefix = parseInterfaceAddress(subnet)?.prefix;
    const method = 'IpamDriver.RequestAddress';
    const given = textOf(gateway.Address);
    const address = given === '' ? '' : cidrOf(this.#plugin.name, method, given).split('/')[0];
    return {
      subnet: prefix === undefined ? subnet : formatPrefix(prefix),
      poolId,
      ...(address ? { gateway: address } : {}),
      ...(request.range === undefined ? {} : { range: request.range }),
      ...(request.auxiliary === undefined ? {} : { auxiliary: request.auxiliary }),
    };
  }

  async releasePool({ poolId, gateway }: SubnetRecord): Promise<void> {
    if (gateway !== undefined) {
      await this.#plugin.call('IpamDriver.ReleaseAddress', { PoolID: poolId, Address: gateway });
    }
    await this.#plugin.call('IpamDriver.ReleasePool', { PoolID: poolId });
  }

  async allocate(
    network: NetworkRecord,
    family: 4 | 6,
    { asked }: { readonly asked?: string | undefined },
  ): Promise<string> {
    const subnet = network.subnets.find((item) => item.subnet.includes(':') === (family === 6));
    const method = 'IpamDriver.RequestAddress';
    const answer = await this.#plugin.call(method, {
      PoolID: subnet?.poolId ?? '',
      Address: asked ?? '',
      Options: {},
    });
    return cidrOf(this.#plugin.name, method, answer.Address);
  }

  async release(network: NetworkRecord, address: string): Promise<void> {
    const six = address.includes(':');
    const subnet = network.subnets.find((item) => item.subnet.includes(':') === six);
    const body = { PoolID: subnet?.poolId ?? '', Address: address };
    await this.#plugin.call('IpamDriver.ReleaseAddress', body);
  }
}
