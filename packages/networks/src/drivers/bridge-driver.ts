import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { FirewallNetwork } from '../firewall/firewall-state.ts';
import { parseInterfaceAddress } from '../ip/ip-prefix.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import {
  boolOption,
  gatewayMode,
  hostAddressOption,
  mtuOption,
  networkOption,
  trustedInterfaces,
} from '../model/network-options.ts';
import type { NetworkRecord, SubnetRecord } from '../model/network-record.ts';
import { filteredFamilies } from './bridge-filtering.ts';
import { checkBridgeOptions } from './bridge-options.ts';
import { defaultGatewayKey } from './default-bridge.ts';
import { setSwitch, switchInside } from './interface-switches.ts';
import type {
  AttachOptions,
  DetachOptions,
  EndpointDesign,
  EndpointDraft,
  NetworkDriver,
  RepairOptions,
} from './network-driver.ts';

export interface BridgeDriverOptions {
  readonly kernel: Pick<Kernel, 'links' | 'namespaces' | 'host'>;
  /** Whether published ports are redirected by the firewall, loopback ones included. */
  readonly firewall: boolean;
  /** Daemon-wide `--mtu`, for networks that name none. */
  readonly mtu: number;
  /** MAC address for a bridge that is made. */
  readonly bridgeMac: (network: NetworkRecord) => string;
  /** Seven new hexadecimal digits. */
  readonly linkSuffix: () => string;
}

/** A Linux bridge with one veth pair per endpoint. */
export class BridgeDriver implements NetworkDriver {
  readonly name = 'bridge';
  readonly needs = { sandbox: 'own', interface: true } as const;
  readonly publishes = true;
  readonly #options: BridgeDriverOptions;

  constructor(options: BridgeDriverOptions) {
    this.#options = options;
  }

  validate(network: NetworkRecord, others: readonly NetworkRecord[]): NetworkRecord {
    checkBridgeOptions(network);
    const bridge = bridgeNameOf(network);
    for (const other of others) {
      if (other.driver !== this.name || bridgeNameOf(other) !== bridge) continue;
      throw engineError('networks.bridge-conflict', { id: network.id, bridge, other: other.id });
    }
    const { links } = this.#options.kernel;
    const link = links.has(bridge) ? links.get(bridge) : undefined;
    if (link === undefined) return network;
    if (link.kind !== 'bridge') throw engineError('networks.bridge-not-a-bridge', { bridge });
    return { ...network, foreignLink: true };
  }

  checkSubnets(subnets: readonly SubnetRecord[]): void {
    const ofIpv6 = subnets.filter(({ subnet }) => subnet.includes(':')).length;
    if (Math.max(ofIpv6, subnets.length - ofIpv6) > 1) {
      throw engineError('networks.several-subnets', {});
    }
  }

  async prepare(network: NetworkRecord): Promise<void> {
    const { links } = this.#options.kernel;
    const bridge = bridgeNameOf(network);
    const known = links.has(bridge) ? links.get(bridge) : undefined;
    if (known !== undefined && known.kind !== 'bridge') {
      throw engineError('networks.bridge-not-a-bridge', { bridge });
    }
    const isDefault = network.options[networkOption.defaultBridge] === 'true';
    if (network.foreignLink !== true || (known === undefined && !isDefault)) {
      if (known === undefined) {
        const mtu = this.#mtuOf(network);
        const mac = this.#options.bridgeMac(network);
        await links.createBridgeAsync(bridge, { mac, ...(mtu === 0 ? {} : { mtu }) });
      }
      await this.#setAddresses(bridge, network);
      await links.setUpAsync(bridge);
    } else if (!isDefault) {
      for (const address of bridgeAddresses(network)) await links.addAddressAsync(bridge, address);
    }
    this.#setSwitches(bridge);
  }

  async dispose(network: NetworkRecord): Promise<void> {
    if (network.foreignLink === true) return;
    await this.#options.kernel.links.deleteLink(bridgeNameOf(network));
  }

  design(network: NetworkRecord, draft: EndpointDraft): EndpointDesign {
    const gateway = (family: 4 | 6) => {
      const address = family === 4 ? draft.ipv4 : draft.ipv6;
      if (address === undefined || network.internal) return undefined;
      const subnet = network.subnets.find((item) => item.subnet.includes(':') === (family === 6));
      return subnet?.auxiliary?.[defaultGatewayKey] ?? subnet?.gateway;
    };
    const [gateway4, gateway6] = [gateway(4), gateway(6)];
    return {
      hostInterface: `veth${this.#options.linkSuffix()}`,
      ...(draft.mac === undefined ? {} : { mac: draft.mac }),
      ...(gateway4 === undefined ? {} : { gateway4 }),
      ...(gateway6 === undefined ? {} : { gateway6 }),
    };
  }

  async attach(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    options: AttachOptions,
  ): Promise<void> {
    const { kernel } = this.#options;
    const { namespacePath } = options;
    const { interfaceName: name, hostInterface: hostName, mac, ipv4, ipv6 } = endpoint;
    if (name === undefined || hostName === undefined)
      throw new Error('a bridge endpoint has no link');
    const mtu = this.#mtuOf(network);
    await kernel.links.createVethAsync({
      hostName,
      bridge: bridgeNameOf(network),
      peerNamespace: namespacePath,
      peerName: name,
      ...(mtu === 0 ? {} : { mtu }),
      ...(mac === undefined ? {} : { peerMac: mac }),
    });
    if (options.hairpin && this.#bridgesPassFirewall()) {
      await kernel.links.setHairpinAsync(hostName, true);
    }
    const disabled = ipv6 === undefined ? '1' : '0';
    await switchInside(kernel, namespacePath, `net/ipv6/conf/${name}/disable_ipv6`, disabled);
    using inside = kernel.links.inNamespace(namespacePath);
    for (const address of [ipv4, ipv6]) {
      if (address !== undefined) await inside.addAddressAsync(name, address);
    }
  }

  async detach(
    _network: NetworkRecord,
    endpoint: EndpointRecord,
    { namespacePath }: DetachOptions,
  ): Promise<void> {
    // The kernel frees the links of a removed namespace by itself; deleting one would wait for it.
    if (endpoint.hostInterface === undefined || namespacePath === undefined) return;
    await this.#options.kernel.links.deleteLink(endpoint.hostInterface);
  }

  repair(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    { hairpin, links: known }: RepairOptions,
  ): void {
    const { links } = this.#options.kernel;
    const bridge = bridgeNameOf(network);
    const name = endpoint.hostInterface;
    const link = name === undefined ? undefined : known.get(name);
    if (link === undefined) return;
    if (link.masterIndex !== known.get(bridge)?.index) {
      links.setMaster(link.name, bridge);
      links.setUp(link.name);
    }
    if (hairpin && this.#bridgesPassFirewall()) links.setHairpin(link.name, true);
  }

  firewallNetwork(network: NetworkRecord): FirewallNetwork {
    const { options, internal } = network;
    const subnets = network.subnets.map(({ subnet }) => subnet);
    const mode = (family: 4 | 6) => gatewayMode(options, family);
    const familyOf = (subnet: string) => (subnet.includes(':') ? 6 : 4);
    const families = (...modes: readonly string[]) =>
      ([4, 6] as const).filter((family) => !internal && modes.includes(mode(family)));
    const translated = subnets.filter(
      (subnet) => !internal && families('nat', 'nat-unprotected').includes(familyOf(subnet)),
    );
    const masquerades = boolOption(options, networkOption.ipMasquerade, true);
    const outgoing = masquerades ? translated : [];
    return {
      bridge: bridgeNameOf(network),
      subnets,
      masqueraded: outgoing.filter((subnet) => !hostAddressOption(options, familyOf(subnet))),
      translated: outgoing.flatMap((subnet) => {
        const address = hostAddressOption(options, familyOf(subnet));
        return address === undefined ? [] : [{ subnet, address }];
      }),
      icc: boolOption(options, networkOption.icc, true),
      internal,
      open: families('nat-unprotected'),
      routed: families('routed'),
      trusted: internal ? [] : trustedInterfaces(options),
    };
  }

  isolatedFamilies(network: NetworkRecord): readonly (4 | 6)[] {
    if (boolOption(network.options, networkOption.icc, true)) return [];
    const filtered = filteredFamilies(this.#options.kernel);
    return ([4, 6] as const).filter((family) => !filtered.includes(family));
  }

  #mtuOf(network: NetworkRecord): number {
    return mtuOption(network.options, this.#options.mtu);
  }

  async #setAddresses(bridge: string, network: NetworkRecord): Promise<void> {
    const { links } = this.#options.kernel;
    const wanted = bridgeAddresses(network);
    const present = links.addresses(bridge).map(({ address }) => address);
    for (const address of present) {
      if (!address.startsWith('fe80:') && !wanted.includes(address)) {
        links.removeAddress(bridge, address);
      }
    }
    if (wanted.some((address) => address.includes(':'))) {
      setSwitch(this.#options.kernel, `net/ipv6/conf/${bridge}/disable_ipv6`, '0');
    }
    for (const address of wanted) {
      if (!present.includes(address)) await links.addAddressAsync(bridge, address);
    }
  }

  /**
   * `route_localnet` lets packets of the host's loopback clients leave by the bridge after their
   * redirection (the firewall's guard chain keeps containers off the host's loopback). Router
   * advertisements of containers are not listened to.
   */
  #setSwitches(bridge: string): void {
    const { kernel, firewall } = this.#options;
    if (firewall) setSwitch(kernel, `net/ipv4/conf/${bridge}/route_localnet`, '1');
    setSwitch(kernel, `net/ipv6/conf/${bridge}/accept_ra`, '0');
  }

  /**
   * True while br_netfilter shows bridged packets to the IP firewall. A redirected packet is then bridged on, not
   * routed, so that one for the container it comes from has to leave by the port it came in by (hairpin). Otherwise,
   * or without published ports, no port needs this, and a container does not get its own broadcasts back.
   */
  #bridgesPassFirewall(): boolean {
    return filteredFamilies(this.#options.kernel).length > 0;
  }
}

export function bridgeNameOf(network: NetworkRecord): string {
  return network.options[networkOption.bridgeName] || `br-${network.id.slice(0, 12)}`;
}

/** The bridge's own addresses, `172.17.0.1/16`; none where the host is kept out of the network. */
function bridgeAddresses({ subnets, options }: NetworkRecord): string[] {
  return subnets.flatMap(({ subnet, gateway }) => {
    const prefix = parseInterfaceAddress(subnet)?.prefix;
    if (gateway === undefined || prefix === undefined) return [];
    if (gatewayMode(options, prefix.family) === 'isolated') return [];
    if (prefix.family === 4 && boolOption(options, networkOption.inhibitIpv4, false)) return [];
    return [`${gateway}/${prefix.length}`];
  });
}
