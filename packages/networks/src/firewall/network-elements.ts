import type { ElementGroup } from './element-commands.ts';
import type { FirewallNetwork } from './firewall-state.ts';

/** The elements of the sets that say what a network's bridge and subnets are. */
export function networkElements(networks: readonly FirewallNetwork[]): ElementGroup[] {
  const group = (set: string, items: (network: FirewallNetwork) => readonly string[]) => ({
    family: 'inet' as const,
    set,
    items: networks.flatMap(items),
  });
  const local =
    (family: 4 | 6) =>
    ({ bridge, subnets }: FirewallNetwork) =>
      subnets.filter(isOf(family)).map((subnet) => `"${bridge}" . ${subnet}`);
  const translated = (family: 4 | 6) => (network: FirewallNetwork) =>
    network.translated
      .filter(({ subnet }) => isOf(family)(subnet))
      .map(({ subnet, address }) => `${subnet} : ${address}`);
  const whenOf = (kind: 'open' | 'routed', family: 4 | 6) => (network: FirewallNetwork) =>
    network[kind].includes(family) ? [`"${network.bridge}"`] : [];
  return [
    group('bridges', ({ bridge }) => [`"${bridge}"`]),
    group('same_bridge', ({ bridge, icc }) => (icc ? [`"${bridge}" . "${bridge}"`] : [])),
    group('internal', ({ bridge, internal }) => (internal ? [`"${bridge}"`] : [])),
    group('local_subnets', local(4)),
    group('local_subnets6', local(6)),
    group('masqueraded', ({ masqueraded }) => masqueraded.filter(isOf(4))),
    group('masqueraded6', ({ masqueraded }) => masqueraded.filter(isOf(6))),
    group('translated', translated(4)),
    group('translated6', translated(6)),
    group('open4', whenOf('open', 4)),
    group('open6', whenOf('open', 6)),
    group('routed4', whenOf('routed', 4)),
    group('routed6', whenOf('routed', 6)),
    group('trusted', ({ bridge, trusted }) => trusted.map((link) => `"${link}" . "${bridge}"`)),
  ];
}

function isOf(family: 4 | 6): (subnet: string) => boolean {
  return (subnet) => subnet.includes(':') === (family === 6);
}
