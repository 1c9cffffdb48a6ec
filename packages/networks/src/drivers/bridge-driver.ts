import { engineError, errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { FirewallNetwork } from '../firewall/firewall-state.ts';
import { parseInterfaceAddress } from '../ip/ip-prefix.ts';
import type { EndpointRecord } from '../model/endpoint-record.ts';
import { type NetworkRecord, networkOption } from '../model/network-record.ts';
import type { AttachOptions, NetworkDriver } from './network-driver.ts';

export interface BridgeDriverOptions {
  readonly kernel: Pick<Kernel, 'links' | 'namespaces' | 'host'>;
  /** Whether published ports are redirected by the firewall, loopback ones included. */
  readonly firewall: boolean;
  /** MAC address for a bridge that is made. */
  readonly bridgeMac: (network: NetworkRecord) => string;
  /** True for a bridge that the administrator made: it is used as it is. */
  readonly isForeign: (network: NetworkRecord) => boolean;
}

/** A Linux bridge with one veth pair per endpoint. */
export class BridgeDriver implements NetworkDriver {
  readonly name = 'bridge';
  readonly needs = { sandbox: 'own', interface: true } as const;
  readonly #options: BridgeDriverOptions;

  constructor(options: BridgeDriverOptions) {
    this.#options = options;
  }

  prepare(network: NetworkRecord): void {
    const { links } = this.#options.kernel;
    const bridge = bridgeNameOf(network);
    const known = links.get(bridge);
    if (known !== undefined && known.kind !== 'bridge') {
      throw engineError('networks.bridge-not-a-bridge', { bridge });
    }
    if (!this.#options.isForeign(network)) {
      if (known === undefined) {
        const mac = this.#options.bridgeMac(network);
        links.createBridge(bridge, { mac, mtu: mtuOf(network) });
      }
      this.#setAddresses(bridge, gatewayAddresses(network));
      links.setUp(bridge);
    }
    this.#setSwitches(bridge);
  }

  async dispose(network: NetworkRecord): Promise<void> {
    if (this.#options.isForeign(network)) return;
    await this.#options.kernel.links.deleteLink(bridgeNameOf(network));
  }

  attach(network: NetworkRecord, endpoint: EndpointRecord, options: AttachOptions): void {
    const { kernel } = this.#options;
    const { namespacePath, defaultRoute } = options;
    const { interfaceName: name, hostInterface: hostName, mac, ipv4, gateway4 } = endpoint;
    if (name === undefined || hostName === undefined)
      throw new Error('a bridge endpoint has no link');
    kernel.links.createVeth({
      hostName,
      bridge: bridgeNameOf(network),
      peerNamespace: namespacePath,
      peerName: name,
      mtu: mtuOf(network),
      ...(mac === undefined ? {} : { peerMac: mac }),
    });
    if (options.hairpin) this.#allowHairpin(hostName);
    if (endpoint.ipv6 === undefined) this.#disableIpv6(namespacePath, name);
    using inside = kernel.links.inNamespace(namespacePath);
    if (ipv4 !== undefined) inside.addAddress(name, ipv4);
    if (defaultRoute && gateway4 !== undefined) {
      inside.addRoute({ destination: 'default', gateway: gateway4, link: name });
    }
  }

  repair(
    network: NetworkRecord,
    endpoint: EndpointRecord,
    { hairpin }: { hairpin: boolean },
  ): void {
    const { links } = this.#options.kernel;
    const bridge = bridgeNameOf(network);
    const name = endpoint.hostInterface;
    const link = name === undefined ? undefined : links.get(name);
    if (link === undefined) return;
    if (link.masterIndex !== links.get(bridge)?.index) {
      links.setMaster(link.name, bridge);
      links.setUp(link.name);
    }
    if (hairpin) this.#allowHairpin(link.name);
  }

  firewallNetwork(network: NetworkRecord): FirewallNetwork {
    return {
      bridge: bridgeNameOf(network),
      subnets: network.subnets
        .map(({ subnet }) => subnet)
        .filter((subnet) => !subnet.includes(':')),
      masquerade: network.options[networkOption.ipMasquerade] !== 'false',
      icc: network.options[networkOption.icc] !== 'false',
    };
  }

  isolatesNeighbours(network: NetworkRecord): boolean {
    return network.options[networkOption.icc] === 'false' && !this.#bridgesPassFirewall();
  }

  #setAddresses(bridge: string, wanted: readonly string[]): void {
    const { links } = this.#options.kernel;
    const present = links.addresses(bridge).map(({ address }) => address);
    for (const address of present) {
      if (!address.includes(':') && !wanted.includes(address)) links.removeAddress(bridge, address);
    }
    for (const address of wanted) {
      if (!present.includes(address)) links.addAddress(bridge, address);
    }
  }

  /**
   * `route_localnet` lets packets of the host's loopback clients leave by the bridge after their
   * redirection (the firewall's guard chain keeps containers off the host's loopback). Router
   * advertisements of containers are not listened to.
   */
  #setSwitches(bridge: string): void {
    if (this.#options.firewall) this.#setSwitch(`net/ipv4/conf/${bridge}/route_localnet`, '1');
    this.#setSwitch(`net/ipv6/conf/${bridge}/accept_ra`, '0');
  }

  /**
   * With br_netfilter a redirected packet is bridged on, not routed, so that one for the container it
   * comes from has to leave by the port it came in by. Without it, or without published ports, no port
   * needs this, and a container does not get its own broadcasts back.
   */
  #allowHairpin(hostInterface: string): void {
    if (this.#bridgesPassFirewall()) this.#options.kernel.links.setHairpin(hostInterface, true);
  }

  /** True while br_netfilter shows bridged packets to the IP firewall. */
  #bridgesPassFirewall(): boolean {
    return this.#options.kernel.host.sysctl('net.bridge.bridge-nf-call-iptables') === '1';
  }

  #disableIpv6(namespacePath: string, interfaceName: string): void {
    this.#options.kernel.namespaces.withNetworkNamespace(namespacePath, () =>
      this.#setSwitch(`net/ipv6/conf/${interfaceName}/disable_ipv6`, '1'),
    );
  }

  /** A kernel without the protocol has no such switch; a read-only /proc/sys leaves it as it is. */
  #setSwitch(name: string, value: string): void {
    try {
      this.#options.kernel.host.setSysctl(name, value);
    } catch (error) {
      if (!['ENOENT', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
    }
  }
}

export function bridgeNameOf(network: NetworkRecord): string {
  return network.options[networkOption.bridgeName] ?? `br-${network.id.slice(0, 12)}`;
}

function mtuOf(network: NetworkRecord): number {
  return Number(network.options[networkOption.mtu] ?? 1500);
}

/** The bridge's own addresses, `172.17.0.1/16`. */
function gatewayAddresses(network: NetworkRecord): string[] {
  return network.subnets.flatMap(({ subnet, gateway }) => {
    const prefix = parseInterfaceAddress(subnet)?.prefix;
    return gateway === undefined || prefix === undefined ? [] : [`${gateway}/${prefix.length}`];
  });
}
