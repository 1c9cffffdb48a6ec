import type { FirewallElements, LinkedPort, PublishedPort, RoutedPort } from './firewall-state.ts';
import { networkElements } from './network-elements.ts';

/** Elements of one set or map, as nft(8) writes them. */
export interface ElementGroup {
  readonly family: 'inet' | 'bridge';
  readonly set: string;
  readonly items: readonly string[];
}

/** nft commands that add or delete elements of the tables `name` of the families. Empty when there are none. */
export function elementCommands(
  name: string,
  action: 'add' | 'delete',
  elements: FirewallElements,
  families: readonly ElementGroup['family'][] = ['inet', 'bridge'],
): string {
  return groupsOf(elements)
    .filter(({ family, items }) => items.length > 0 && families.includes(family))
    .map(
      ({ family, set, items }) =>
        `${action} element ${family} ${name} ${set} { ${items.join(', ')} }\n`,
    )
    .join('');
}

function groupsOf({ ports, routed, linked, isolated, networks }: FirewallElements): ElementGroup[] {
  const inet = (set: string, items: readonly string[]): ElementGroup => ({
    family: 'inet',
    set,
    items,
  });
  const wildcard = (port: PublishedPort) => ['0.0.0.0', '::'].includes(port.hostAddress);
  const specific = ports.filter((port) => !wildcard(port));
  return [
    ...networkElements(networks),
    inet('ports', ports.filter(wildcard).filter(isIpv4).map(portElement)),
    inet('ports6', ports.filter(wildcard).filter(isIpv6).map(portElement)),
    inet('host_ports', specific.filter(isIpv4).map(specificElement)),
    inet('host_ports6', specific.filter(isIpv6).map(specificElement)),
    inet('routed_ports', routed.filter(isIpv4).map(routedElement)),
    inet('routed_ports6', routed.filter(isIpv6).map(routedElement)),
    inet('linked', linked.filter(isIpv4).map(linkedElement)),
    { family: 'bridge', set: 'linked', items: linked.filter(isIpv4).map(linkedElement) },
    { family: 'bridge', set: 'isolated', items: isolated.map((link) => `"${link}"`) },
  ];
}

const isIpv6 = ({ address }: { readonly address: string }) => address.includes(':');
const isIpv4 = (port: { readonly address: string }) => !isIpv6(port);

function portElement(port: PublishedPort): string {
  const { protocol, hostPort, address, containerPort } = port;
  return `${protocol} . ${hostPort} : ${address} . ${containerPort}`;
}

function specificElement(port: PublishedPort): string {
  return `${port.hostAddress} . ${portElement(port)}`;
}

function routedElement({ address, protocol, containerPort }: RoutedPort): string {
  return `${address} . ${protocol} . ${containerPort}`;
}

function linkedElement(port: LinkedPort): string {
  return `${port.from} . ${routedElement(port)}`;
}
