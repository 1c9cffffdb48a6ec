import { elementCommands } from './element-commands.ts';
import type { FirewallState } from './firewall-state.ts';

/** The chain that belongs to the administrator: made when missing, never flushed. */
export const userChain = 'BERTH-USER';

/**
 * The whole of our tables as one nft transaction that is right whatever was there before: declarations
 * that change nothing when they exist, then every chain and set of ours emptied and filled.
 *
 *   guard        nothing reaches the host's loopback through a bridge, which route_localnet would allow
 *   publish      host ports to containers: packets from outside (prerouting) and from this host (output)
 *   postrouting  addresses of the host for what leaves a network, and for loopback and hairpin clients,
 *                whose answers have to come back through here
 *   forward      what may pass between containers and elsewhere
 */
export function rulesetCommands(name: string, state: FirewallState): string {
  return [
    declarations(name, state),
    chains(name),
    networkElements(name, state),
    elementCommands(name, 'add', { ports: state.ports, isolated: [] }),
    neighbourRules(name, state),
  ].join('');
}

/** Removes our tables, if they exist. The bridge table is left out where the kernel has no such family. */
export function removalCommands(name: string, family: 'inet' | 'bridge'): string {
  return `add table ${family} ${name}\ndelete table ${family} ${name}\n`;
}

const sets: readonly (readonly [kind: 'set' | 'map', name: string, type: string])[] = [
  ['set', 'bridges', 'type ifname;'],
  ['set', 'same_bridge', 'type ifname . ifname;'],
  ['set', 'local_subnets', 'type ifname . ipv4_addr; flags interval;'],
  ['set', 'masqueraded', 'type ipv4_addr; flags interval;'],
  ['map', 'ports', 'type inet_proto . inet_service : ipv4_addr . inet_service;'],
  ['map', 'host_ports', 'type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service;'],
];

const hooks: Readonly<Record<string, string>> = {
  guard: 'type filter hook prerouting priority raw; policy accept;',
  prerouting: 'type nat hook prerouting priority dstnat; policy accept;',
  output: 'type nat hook output priority -100; policy accept;',
  postrouting: 'type nat hook postrouting priority srcnat; policy accept;',
};

const rules: Readonly<Record<string, readonly string[]>> = {
  guard: ['iifname @bridges ip daddr 127.0.0.0/8 drop'],
  prerouting: ['ip daddr 127.0.0.0/8 return', 'fib daddr type local jump publish'],
  output: ['fib daddr type local jump publish'],
  publish: [
    'dnat ip to ip daddr . meta l4proto . th dport map @host_ports',
    'dnat ip to meta l4proto . th dport map @ports',
  ],
  postrouting: [
    'oifname @bridges ip saddr 127.0.0.0/8 masquerade',
    'oifname . ip saddr @local_subnets ct status dnat masquerade',
    'oifname . ip saddr @local_subnets return',
    'ip saddr @masqueraded masquerade',
  ],
  forward: [
    `jump ${userChain}`,
    'oifname @bridges ct state established,related accept',
    'iifname @bridges ct state established,related accept',
    'oifname @bridges ct status dnat accept',
    'iifname . oifname @same_bridge accept',
    'iifname @bridges oifname @bridges drop',
    'iifname @bridges accept',
    'oifname @bridges drop',
  ],
};

function declarations(name: string, { forwardPolicy }: FirewallState): string {
  const chain = (chainName: string, spec: string) =>
    `add chain inet ${name} ${chainName} { ${spec} }\n`;
  return [
    `add table inet ${name}\n`,
    ...sets.map(([kind, set, type]) => `add ${kind} inet ${name} ${set} { ${type} }\n`),
    `add chain inet ${name} ${userChain}\n`,
    `add chain inet ${name} publish\n`,
    ...Object.entries(hooks).map(([chainName, spec]) => chain(chainName, spec)),
    chain('forward', `type filter hook forward priority filter; policy ${forwardPolicy};`),
  ].join('');
}

function chains(name: string): string {
  return [
    ...Object.keys(rules).map((chain) => `flush chain inet ${name} ${chain}\n`),
    ...sets.map(([kind, set]) => `flush ${kind} inet ${name} ${set}\n`),
    ...Object.entries(rules).flatMap(([chain, lines]) =>
      lines.map((line) => `add rule inet ${name} ${chain} ${line}\n`),
    ),
  ].join('');
}

function networkElements(name: string, { networks }: FirewallState): string {
  const element = (set: string, items: readonly string[]) =>
    items.length === 0 ? '' : `add element inet ${name} ${set} { ${items.join(', ')} }\n`;
  return [
    element(
      'bridges',
      networks.map(({ bridge }) => `"${bridge}"`),
    ),
    element(
      'same_bridge',
      networks.filter(({ icc }) => icc).map(({ bridge }) => `"${bridge}" . "${bridge}"`),
    ),
    element(
      'local_subnets',
      networks.flatMap(({ bridge, subnets }) => subnets.map((subnet) => `"${bridge}" . ${subnet}`)),
    ),
    element(
      'masqueraded',
      networks.flatMap(({ subnets, masquerade }) => (masquerade ? subnets : [])),
    ),
  ].join('');
}

/**
 * Where bridged packets do not pass the chains above (no br_netfilter), a table of the bridge family keeps
 * neighbours apart: no packet of an isolated container is bridged on. The host and its routes stay
 * reachable.
 */
function neighbourRules(name: string, { isolated }: FirewallState): string {
  if (isolated.length === 0) return '';
  return [
    ...neighbourTable(name),
    `flush set bridge ${name} isolated\n`,
    elementCommands(name, 'add', { ports: [], isolated }),
  ].join('');
}

/** Declares the bridge table with its one rule; changes nothing else when it exists. */
export function neighbourTable(name: string): readonly string[] {
  return [
    `add table bridge ${name}\n`,
    `add set bridge ${name} isolated { type ifname; }\n`,
    `add chain bridge ${name} forward { type filter hook forward priority filter; policy accept; }\n`,
    `flush chain bridge ${name} forward\n`,
    `add rule bridge ${name} forward iifname @isolated meta protocol { ip, ip6 } drop\n`,
  ];
}
