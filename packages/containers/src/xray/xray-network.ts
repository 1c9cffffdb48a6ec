import type {
  EndpointSettings,
  XrayFirewallElement,
  XrayInterface,
  XrayPort,
} from '@berth/engine-api';
import type { LinkInfo } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';

/** The container's interfaces, each with its other end on the host. Empty without a network namespace of its own. */
export function interfacesOf(
  { kernel, networks }: ContainerContext,
  { id }: ContainerRecord,
): XrayInterface[] {
  const sandbox = networks.sandbox(id);
  if (sandbox?.namespacePath === undefined) return [];
  using inside = kernel.links.inNamespace(sandbox.namespacePath);
  const addresses = inside.addresses();
  const outside = kernel.links.list();
  return inside
    .list()
    .filter((link) => link.name !== 'lo')
    .map((link) => {
      const own = addresses
        .filter((address) => address.linkIndex === link.index)
        .map(({ address }) => address);
      return interfaceRow(link, own, outside, sandbox.endpoints);
    });
}

/** Joins an interface with its peer and with the network that one of its addresses belongs to. */
export function interfaceRow(
  link: LinkInfo,
  addresses: readonly string[],
  outside: readonly LinkInfo[],
  endpoints: Readonly<Record<string, EndpointSettings>>,
): XrayInterface {
  const peer = outside.find(({ index }) => index === link.peerIndex);
  const master = outside.find(({ index }) => index === peer?.masterIndex);
  const [network, endpoint] =
    Object.entries(endpoints).find(
      ([, { MacAddress, IPAddress }]) =>
        (MacAddress && MacAddress === link.mac) ||
        addresses.some((address) => address.startsWith(`${IPAddress}/`)),
    ) ?? [];
  return {
    Network: network ?? '',
    Interface: link.name,
    ...(link.mac === undefined ? {} : { MacAddress: link.mac }),
    Addresses: [...addresses],
    ...(endpoint?.Gateway ? { Gateway: endpoint.Gateway } : {}),
    ...(peer === undefined ? {} : { HostInterface: peer.name }),
    ...(master === undefined ? {} : { Bridge: master.name }),
  };
}

/** Published ports as they are bound now. */
export function portsOf({ networks }: ContainerContext, { id }: ContainerRecord): XrayPort[] {
  const ports = networks.sandbox(id)?.ports ?? {};
  return Object.entries(ports).flatMap(([key, bindings]) => {
    const [port = '', protocol = 'tcp'] = key.split('/');
    return (bindings ?? []).map(({ HostIp = '', HostPort = '' }) => ({
      Protocol: protocol,
      HostAddress: HostIp,
      HostPort: Number(HostPort),
      ContainerPort: Number(port),
    }));
  });
}

/** What the firewall holds because of the container. */
export function firewallOf(
  { networks }: ContainerContext,
  { id }: ContainerRecord,
): XrayFirewallElement[] {
  return networks.firewallElements(id).map(({ table, set, element }) => {
    return { Table: table, Set: set, Element: element };
  });
}
