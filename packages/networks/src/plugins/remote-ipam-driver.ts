import type { PluginClient } from '@berth/plugins';
import { parseIpAddress } from '../ip/ip-address.ts';
import {
  containsAddress,
  formatPrefix,
  parseInterfaceAddress,
  parsePrefix,
} from '../ip/ip-prefix.ts';
import type { AddressRequest, PoolRequest, RemoteIpam } from '../ipam/remote-ipam.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import { badAnswer, cidrOf, textOf } from './plugin-values.ts';

const gatewayType = { RequestAddressType: 'com.docker.network.gateway' };
const macOption = 'com.docker.network.endpoint.macaddress';

/** Addresses that a plug-in manages (IpamDriver of the plug-in protocol). */
export class RemoteIpamDriver implements RemoteIpam {
  readonly #plugin: PluginClient;

  constructor(plugin: PluginClient) {
    this.#plugin = plugin;
  }

  async requiresMac(): Promise<boolean> {
    const answer = await this.#plugin.callOptional('IpamDriver.GetCapabilities', {});
    return answer?.RequiresMACAddress === true;
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
      await this.#plugin
        .callOnce('IpamDriver.ReleasePool', { PoolID: poolId })
        .catch(() => undefined);
      throw error;
    }
  }

  /** Takes the gateway in a pool. */
  async #completePool(request: PoolRequest, poolId: string, pool: unknown): Promise<SubnetRecord> {
    const source = { plugin: this.#plugin.name, method: 'IpamDriver.RequestPool' };
    const subnet = cidrOf(source.plugin, source.method, pool);
    const prefix = parseInterfaceAddress(subnet)?.prefix;
    if (prefix?.family !== request.family) {
      throw badAnswer(source, `it gave ${subnet} as a pool of IPv${request.family}`);
    }
    const method = 'IpamDriver.RequestAddress';
    const gateway = await this.#plugin.call(method, {
      PoolID: poolId,
      Address: request.gateway ?? '',
      Options: gatewayType,
    });
    const given = textOf(gateway.Address);
    const address = given === '' ? '' : cidrOf(this.#plugin.name, method, given).split('/')[0];
    return {
      subnet: formatPrefix(prefix),
      poolId,
      ...(address ? { gateway: address } : {}),
      ...(request.range === undefined ? {} : { range: request.range }),
      ...(request.auxiliary === undefined ? {} : { auxiliary: request.auxiliary }),
    };
  }

  async releasePool({ poolId, gateway }: SubnetRecord): Promise<void> {
    try {
      if (gateway !== undefined) await this.#release({ PoolID: poolId, Address: gateway });
    } finally {
      await this.#plugin.callOnce('IpamDriver.ReleasePool', { PoolID: poolId });
    }
  }

  /** From the subnet that holds the address asked for, else from the first that has one left. */
  async allocate(
    network: NetworkRecord,
    family: 4 | 6,
    { asked, mac }: AddressRequest,
  ): Promise<string> {
    const own = subnetsOf(network, family);
    const candidates = asked === undefined ? own : own.filter((subnet) => holds(subnet, asked));
    let failure: unknown;
    for (const { poolId = '' } of candidates.length > 0 ? candidates : own.slice(0, 1)) {
      try {
        return await this.#request(poolId, asked, mac, family);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure ?? new Error(`the network ${network.name} has no pool of IPv${family}`);
  }

  async release(network: NetworkRecord, address: string): Promise<void> {
    const own = subnetsOf(network, address.includes(':') ? 6 : 4);
    const { poolId = '' } = own.find((subnet) => holds(subnet, address)) ?? own[0] ?? {};
    await this.#release({ PoolID: poolId, Address: address });
  }

  async #request(
    poolId: string,
    asked: string | undefined,
    mac: string | undefined,
    family: 4 | 6,
  ): Promise<string> {
    const source = { plugin: this.#plugin.name, method: 'IpamDriver.RequestAddress' };
    const answer = await this.#plugin.call(source.method, {
      PoolID: poolId,
      Address: asked ?? '',
      Options: mac === undefined ? {} : { [macOption]: mac },
    });
    const address = cidrOf(source.plugin, source.method, answer.Address);
    if (address.includes(':') === (family === 6)) return address;
    throw badAnswer(source, `it gave ${address} as an address of IPv${family}`);
  }

  #release(body: { readonly PoolID: string | undefined; readonly Address: string }): Promise<void> {
    return this.#plugin.callOnce('IpamDriver.ReleaseAddress', body);
  }
}

function subnetsOf({ subnets }: NetworkRecord, family: 4 | 6): readonly SubnetRecord[] {
  return subnets.filter(({ subnet }) => subnet.includes(':') === (family === 6));
}

function holds({ subnet }: SubnetRecord, text: string): boolean {
  const [prefix, address] = [parsePrefix(subnet), parseIpAddress(text)];
  return prefix !== undefined && address !== undefined && containsAddress(prefix, address);
}
