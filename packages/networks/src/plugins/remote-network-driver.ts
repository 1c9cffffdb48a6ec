import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { PluginClient } from '@berth/plugins';
import type {
  AttachOptions,
  EndpointDesign,
  EndpointDraft,
  NetworkDriver,
} from '../drivers/network-driver.ts';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import { parsePrefix } from '../ip/ip-prefix.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { interfaceNameFault } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import { parseMacAddress } from '../validate/mac-address.ts';
import { textOf } from './plugin-values.ts';

/** Networks that a plug-in makes (NetworkDriver of the plug-in protocol). What it answers is not trusted. */
export class RemoteNetworkDriver implements NetworkDriver {
  readonly needs = { sandbox: 'own', interface: true } as const;
  readonly publishes = false;
  readonly #plugin: PluginClient;
  readonly #kernel: Pick<Kernel, 'links'>;

  constructor(plugin: PluginClient, kernel: Pick<Kernel, 'links'>) {
    this.#plugin = plugin;
    this.#kernel = kernel;
  }

  get name(): string {
    return this.#plugin.name;
  }

  validate(network: NetworkRecord): NetworkRecord {
    return network;
  }

  async prepare(network: NetworkRecord): Promise<void> {
    if (network.stage !== 'creating') return;
    await this.#call('CreateNetwork', {
      NetworkID: network.id,
      Options: {
        'com.docker.network.enable_ipv4': network.enableIpv4,
        'com.docker.network.enable_ipv6': network.enableIpv6,
        'com.docker.network.generic': network.options,
        ...(network.internal ? { 'com.docker.network.internal': true } : {}),
      },
      IPv4Data: poolsOf(network, 4),
      IPv6Data: poolsOf(network, 6),
    });
  }

  async dispose(network: NetworkRecord): Promise<void> {
    await this.#call('DeleteNetwork', { NetworkID: network.id });
  }

  async design(network: NetworkRecord, draft: EndpointDraft): Promise<EndpointDesign> {
    const ids = { NetworkID: network.id, EndpointID: draft.id };
    const created = await this.#call('CreateEndpoint', {
      ...ids,
      Options: { ...draft.settings.DriverOpts },
      Interface: {
        Address: draft.ipv4 ?? '',
        AddressIPv6: draft.ipv6 ?? '',
        MacAddress: draft.mac ?? '',
      },
    });
    try {
      const joined = await this.#call('Join', { ...ids, SandboxKey: '', Options: {} });
      const given = textOf(membersOf(created.Interface).MacAddress);
      const hostInterface = textOf(membersOf(joined.InterfaceName).SrcName);
      const fault = interfaceNameFault(hostInterface);
      if (hostInterface === '' || fault !== undefined) {
        throw this.#failed(
          'Join',
          `it gave the interface "${hostInterface}": ${fault ?? 'no name'}`,
        );
      }
      const mac = given === '' ? draft.mac : parseMacAddress(given);
      return {
        hostInterface,
        ...(mac === undefined ? {} : { mac }),
        ...gatewayOf('gateway4', joined.Gateway),
        ...gatewayOf('gateway6', joined.GatewayIPv6),
      };
    } catch (error) {
      await this.#call('DeleteEndpoint', ids).catch(() => undefined);
      throw error;
    }
  }

  attach(
    _network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath }: AttachOptions,
  ): void {
    const { interfaceName: name = '', hostInterface = '', mac, ipv4, ipv6 } = endpoint;
    const { links } = this.#kernel;
    links.moveLink(hostInterface, namespacePath, name);
    using inside = links.inNamespace(namespacePath);
    if (mac !== undefined && inside.get(name)?.mac !== mac) inside.setMac(name, mac);
    inside.setUp(name);
    for (const address of [ipv4, ipv6]) {
      if (address !== undefined) inside.addAddress(name, address);
    }
  }

  async detach(network: NetworkRecord, endpoint: EndpointRecord): Promise<void> {
    const ids = { NetworkID: network.id, EndpointID: endpoint.id };
    await this.#call('Leave', ids);
    await this.#call('DeleteEndpoint', ids);
  }

  repair(): void {}

  firewallNetwork(): undefined {}

  isolatesNeighbours(): boolean {
    return false;
  }

  #call(method: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    return this.#plugin.call(`NetworkDriver.${method}`, body);
  }

  #failed(method: string, reason: string): Error {
    const details = { plugin: this.name, method: `NetworkDriver.${method}`, reason };
    return engineError('plugins.failed', details);
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function gatewayOf(name: 'gateway4' | 'gateway6', value: unknown): Partial<EndpointDesign> {
  const address = canonicalIpAddress(textOf(value));
  return address === undefined ? {} : { [name]: address };
}

function poolsOf({ subnets }: NetworkRecord, family: 4 | 6): object[] {
  return subnets
    .filter(({ subnet }) => subnet.includes(':') === (family === 6))
    .map(({ subnet, gateway, auxiliary }) => ({
      AddressSpace: 'LocalDefault',
      Pool: subnet,
      Gateway: gateway === undefined ? '' : `${gateway}/${parsePrefix(subnet)?.length ?? 0}`,
      AuxAddresses: auxiliary ?? {},
    }));
}
