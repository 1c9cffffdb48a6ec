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
  return elementGroups(elements)
    .filter(({ family, items }) => items.length > 0 && families.includes(family))
    .map(
      ({ family, set, items }) =>
        `${action} element ${family} ${name} ${set} { ${items.join(', ')} }\n`,
    )
    .join('');
}

/** The elements by the sets and maps that they belong to; some may have none. */
export function elementGroups({
  ports,
  routed,
  linked,
  isolated,
  networks,
}: FirewallElements): ElementGroup[] {
  const inet = (set: string, items: readonly string[]): ElementGroup => ({
    family: 'inet',
    set,
    items,
  });
  return [
    ...networkElements(networks),
    ...publishedGroups(ports).map(([set, items]) => inet(set, items)),
    inet('routed_ranges', routed.filter(isIpv4).map(routedElement)),
    inet('routed_ranges6', routed.filter(isIpv6).map(routedElement)),
    inet('linked', linked.filter(isIpv4).map(linkedElement)),
    { family: 'bridge', set: 'linked', items: linked.filter(isIpv4).map(linkedElement) },
    { family: 'bridge', set: 'isolated', items: isolatedElements(isolated, 4) },
    { family: 'bridge', set: 'isolated6', items: isolatedElements(isolated, 6) },
  ];
}

const isIpv6 = ({ address }: { readonly address: string }) => address.includes(':');
const isIpv4 = (port: { readonly address: string }) => !isIpv6(port);

/**
 * A range whose ports keep their numbers is one element, whatever its size: nftables cannot translate a range to
 * another one port by port, so that others are an element for each port.
 */
function publishedGroups(ports: readonly PublishedPort[]): [set: string, items: string[]][] {
  const groups = new Map<string, string[]>();
  for (const port of ports) {
    const { protocol, hostAddress, hostPort, address, containerPort, count } = port;
    const wildcard = hostAddress === '0.0.0.0' || hostAddress === '::';
    const range = count > 1 && hostPort === containerPort;
    const set = `${wildcard ? '' : 'host_'}${range ? 'port_ranges' : 'ports'}${isIpv6(port) ? '6' : ''}`;
    const items = groups.get(set) ?? [];
    groups.set(set, items);
    const key = wildcard ? protocol : `${hostAddress} . ${protocol}`;
    if (range) {
      items.push(`${key} . ${portRange(hostPort, count)} : ${address}`);
      continue;
    }
    for (let place = 0; place < count; place++) {
      items.push(`${key} . ${hostPort + place} : ${address} . ${containerPort + place}`);
    }
  }
  return [...groups];
}

function portRange(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}

function routedElement({ address, protocol, containerPort, count }: RoutedPort): string {
  return `${address} . ${protocol} . ${portRange(containerPort, count)}`;
}

function isolatedElements(isolated: FirewallElements['isolated'], family: 4 | 6): string[] {
  return isolated.filter((one) => one.family === family).map(({ link }) => `"${link}"`);
}

function linkedElement({ from, address, protocol, containerPort }: LinkedPort): string {
  return `${from} . ${address} . ${protocol} . ${containerPort}`;
}
