import type { PortMap } from '@berth/engine-api';
import { errnoOf } from '@berth/errors';
import { type Kernel, ownNetworkNamespace } from '@berth/kernel';
import type { PluginClient, PluginMembers } from '@berth/plugins';
import { switchInside } from '../drivers/interface-switches.ts';
import type {
  AttachOptions,
  DetachOptions,
  EndpointDesign,
  EndpointDraft,
  JoinOptions,
  NetworkDriver,
} from '../drivers/network-driver.ts';
import { parsePrefix } from '../ip/ip-prefix.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { networkOption } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';
import type { PublishRecord } from '../ports/port-bindings.ts';
import { connectivityOptions, readPublishedPorts } from './connectivity-options.ts';
import { type JoinReply, readCreatedEndpoint, readJoinReply } from './join-reply.ts';
import { badAnswer } from './plugin-values.ts';

type RemoteKernel = Pick<Kernel, 'links' | 'namespaces' | 'host'>;

/** Networks that a plug-in makes (NetworkDriver of the plug-in protocol). What it answers is not trusted. */
export class RemoteNetworkDriver implements NetworkDriver {
  readonly needs = { sandbox: 'own', interface: true, ownMac: true, linkBack: true } as const;
  readonly publishes = false;
  readonly #plugin: PluginClient;
  readonly #kernel: RemoteKernel;

  constructor(plugin: PluginClient, kernel: RemoteKernel) {
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
    await this.#plugin.callOnce('NetworkDriver.DeleteNetwork', { NetworkID: network.id });
  }

  design(_network: NetworkRecord, { mac }: EndpointDraft): EndpointDesign {
    return mac === undefined ? {} : { mac };
  }

  async join(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath, takenNames, publish }: JoinOptions,
  ): Promise<EndpointRecord> {
    const { mac, ipv4, ipv6 } = endpoint;
    const ids = idsOf(network, endpoint);
    const ports = connectivityOptions(publish);
    const created = readCreatedEndpoint(
      this.#source('CreateEndpoint'),
      await this.#call('CreateEndpoint', {
        ...ids,
        Options: { ...ports, ...endpoint.settings.DriverOpts },
        Interface: { Address: ipv4 ?? '', AddressIPv6: ipv6 ?? '', MacAddress: mac ?? '' },
      }),
      endpoint,
    );
    const joined = await this.#call('Join', { ...ids, SandboxKey: namespacePath, Options: ports });
    const { name, prefix, ...reply } = readJoinReply(this.#source('Join'), joined);
    const link = this.#kernel.links.get(reply.hostInterface);
    return {
      ...endpoint,
      ...(mac === undefined && link?.mac !== undefined ? { mac: link.mac } : {}),
      ...{ ...created, ...reply },
      interfaceName: interfaceNameOf(endpoint, { name, prefix }, takenNames),
    };
  }

  async attach(
    _network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath }: AttachOptions,
  ): Promise<void> {
    const { interfaceName: name = '', hostInterface = '', mac, ipv4, ipv6 } = endpoint;
    const { links } = this.#kernel;
    if (links.get(hostInterface) === undefined) {
      throw badAnswer(
        this.#source('Join'),
        `there is no interface "${hostInterface}" on this host`,
      );
    }
    links.moveLink(hostInterface, namespacePath, name);
    const disabled = ipv6 === undefined ? '1' : '0';
    await switchInside(this.#kernel, namespacePath, `net/ipv6/conf/${name}/disable_ipv6`, disabled);
    using inside = links.inNamespace(namespacePath);
    if (mac !== undefined && inside.get(name)?.mac !== mac) inside.setMac(name, mac);
    for (const address of [ipv4, ipv6]) {
      if (address !== undefined) await inside.addAddressAsync(name, address);
    }
    await inside.setUpAsync(name);
    for (const { destination, gateway } of endpoint.routes ?? []) {
      const way = gateway === undefined ? ({ scope: 'link' } as const) : { gateway };
      await inside.addRouteAsync({ destination, link: name, ...way });
    }
  }

  async setExternal(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    publish: PublishRecord | undefined,
  ): Promise<void> {
    const ids = idsOf(network, endpoint);
    if (publish === undefined) {
      await this.#plugin.callOnce('NetworkDriver.RevokeExternalConnectivity', ids);
      return;
    }
    const body = { ...ids, Options: connectivityOptions(publish) };
    await this.#plugin.callOptional('NetworkDriver.ProgramExternalConnectivity', body);
  }

  async publishedPorts(network: NetworkRecord, endpoint: EndpointRecord): Promise<PortMap> {
    const ids = idsOf(network, endpoint);
    const answer = await this.#plugin.callOptional('NetworkDriver.EndpointOperInfo', ids);
    return readPublishedPorts(answer?.Value);
  }

  /** The link goes back under its old name; then the plug-in is told. A call that fails does not keep the next one. */
  async detach(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath }: DetachOptions,
  ): Promise<void> {
    const failures: unknown[] = [];
    const step = async (run: () => void | Promise<void>) => {
      try {
        await run();
      } catch (error) {
        failures.push(error);
      }
    };
    const ids = idsOf(network, endpoint);
    if (endpoint.external === true) {
      await step(() => this.setExternal(network, endpoint, undefined));
    }
    if (namespacePath !== undefined) await step(() => this.#giveBack(endpoint, namespacePath));
    await step(() => this.#plugin.callOnce('NetworkDriver.Leave', ids));
    await step(() => this.#plugin.callOnce('NetworkDriver.DeleteEndpoint', ids));
    if (failures.length > 0) throw failures[0];
  }

  repair(): void {}

  firewallNetwork(): undefined {}

  isolatedFamilies(): readonly (4 | 6)[] {
    return [];
  }

  #giveBack({ interfaceName, hostInterface }: EndpointRecord, namespacePath: string): void {
    if (interfaceName === undefined || hostInterface === undefined) return;
    using inside = this.#kernel.links.inNamespace(namespacePath);
    if (inside.get(interfaceName) === undefined) return;
    inside.setDown(interfaceName);
    try {
      inside.moveLink(interfaceName, ownNetworkNamespace, hostInterface);
    } catch (error) {
      // Another link of the host has its name by now, or it cannot leave: it ends with its namespace.
      if (!['EEXIST', 'EINVAL'].includes(errnoOf(error) ?? '')) throw error;
    }
  }

  #call(method: string, body: object): Promise<PluginMembers> {
    return this.#plugin.call(`NetworkDriver.${method}`, body);
  }

  #source(method: string) {
    return { plugin: this.name, method: `NetworkDriver.${method}` };
  }
}

function idsOf(network: NetworkRecord, endpoint: EndpointRecord) {
  return { NetworkID: network.id, EndpointID: endpoint.id };
}

/** What the user asked for, what the plug-in names, or its prefix with the lowest number that is free. */
function interfaceNameOf(
  { settings, interfaceName = 'eth0' }: EndpointRecord,
  { name, prefix = '' }: { readonly [Key in 'name' | 'prefix']: JoinReply[Key] | undefined },
  taken: ReadonlySet<string>,
): string {
  if (settings.DriverOpts?.[networkOption.endpointInterface]) return interfaceName;
  if (name !== undefined) return name;
  if (
    prefix === '' ||
    (/^\d+$/.test(interfaceName.slice(prefix.length)) && interfaceName.startsWith(prefix))
  )
    return interfaceName;
  let number = 0;
  while (taken.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
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
