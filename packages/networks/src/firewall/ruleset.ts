import { elementCommands } from './element-commands.ts';
import type { FirewallElements, FirewallState } from './firewall-state.ts';

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
 *   forward      what may pass between containers and elsewhere: answers; neighbours; nothing of internal
 *                networks; published, linked and routed ports; nothing between two networks; everything out
 */
export function rulesetCommands(name: string, state: FirewallState): string {
  return [
    declarations(name, state),
    chains(name),
    forwardPolicy6(name, state),
    elementCommands(name, 'add', state, ['inet']),
    neighbourRules(name, state),
  ].join('');
}

/** Removes our tables, if they exist. The bridge table is left out where the kernel has no such family. */
export function removalCommands(name: string, family: 'inet' | 'bridge'): string {
  return `add table ${family} ${name}\ndelete table ${family} ${name}\n`;
}

const sets: readonly (readonly ['set' | 'map', name: string, type: string])[] = [
  ['set', 'bridges', 'type ifname;'],
  ['set', 'same_bridge', 'type ifname . ifname;'],
  ['set', 'internal', 'type ifname;'],
  ['set', 'local_subnets', 'type ifname . ipv4_addr; flags interval;'],
  ['set', 'local_subnets6', 'type ifname . ipv6_addr; flags interval;'],
  ['set', 'masqueraded', 'type ipv4_addr; flags interval;'],
  ['set', 'masqueraded6', 'type ipv6_addr; flags interval;'],
  ['map', 'translated', 'type ipv4_addr : ipv4_addr; flags interval;'],
  ['map', 'translated6', 'type ipv6_addr : ipv6_addr; flags interval;'],
  ['set', 'open4', 'type ifname;'],
  ['set', 'open6', 'type ifname;'],
  ['set', 'routed4', 'type ifname;'],
  ['set', 'routed6', 'type ifname;'],
  ['set', 'trusted', 'type ifname . ifname;'],
  ['set', 'linked', 'type ipv4_addr . ipv4_addr . inet_proto . inet_service;'],
  ['set', 'routed_ranges', 'type ipv4_addr . inet_proto . inet_service; flags interval;'],
  ['set', 'routed_ranges6', 'type ipv6_addr . inet_proto . inet_service; flags interval;'],
  [
    'map',
    'host_port_ranges',
    'type ipv4_addr . inet_proto . inet_service : ipv4_addr; flags interval;',
  ],
  [
    'map',
    'host_port_ranges6',
    'type ipv6_addr . inet_proto . inet_service : ipv6_addr; flags interval;',
  ],
  ['map', 'port_ranges', 'type inet_proto . inet_service : ipv4_addr; flags interval;'],
  ['map', 'port_ranges6', 'type inet_proto . inet_service : ipv6_addr; flags interval;'],
  ['map', 'ports', 'type inet_proto . inet_service : ipv4_addr . inet_service;'],
  ['map', 'ports6', 'type inet_proto . inet_service : ipv6_addr . inet_service;'],
  ['map', 'host_ports', 'type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service;'],
  ['map', 'host_ports6', 'type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service;'],
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
  // The kernel routes no packet from ::1 elsewhere: such clients are relayed.
  output: ['ip6 daddr ::1 return', 'fib daddr type local jump publish'],
  publish: [
    'dnat ip to ip daddr . meta l4proto . th dport map @host_ports',
    'dnat ip to meta l4proto . th dport map @ports',
    'dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_ports6',
    'dnat ip6 to meta l4proto . th dport map @ports6',
    'dnat ip to ip daddr . meta l4proto . th dport map @host_port_ranges',
    'dnat ip to meta l4proto . th dport map @port_ranges',
    'dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_port_ranges6',
    'dnat ip6 to meta l4proto . th dport map @port_ranges6',
  ],
  postrouting: [
    'oifname @bridges ip saddr 127.0.0.0/8 masquerade',
    'oifname . ip saddr @local_subnets ct status dnat masquerade',
    'oifname . ip6 saddr @local_subnets6 ct status dnat masquerade',
    'oifname . ip saddr @local_subnets return',
    'oifname . ip6 saddr @local_subnets6 return',
    'snat ip to ip saddr map @translated',
    'snat ip6 to ip6 saddr map @translated6',
    'ip saddr @masqueraded masquerade',
    'ip6 saddr @masqueraded6 masquerade',
  ],
  forward: [
    `jump ${userChain}`,
    'oifname @bridges ct state established,related accept',
    'iifname @bridges ct state established,related accept',
    'iifname . oifname @same_bridge accept',
    'iifname @internal drop',
    'oifname @internal drop',
    'oifname @bridges ct status dnat accept',
    'iifname @bridges ip saddr . ip daddr . meta l4proto . th dport @linked accept',
    'iifname . oifname @trusted accept',
    'ip daddr . meta l4proto . th dport @routed_ranges accept',
    'ip6 daddr . meta l4proto . th dport @routed_ranges6 accept',
    'meta l4proto icmp oifname @routed4 accept',
    'meta l4proto ipv6-icmp oifname @routed6 accept',
    'iifname @bridges oifname @bridges drop',
    'iifname @bridges accept',
    'meta nfproto ipv4 oifname @open4 accept',
    'meta nfproto ipv6 oifname @open6 accept',
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

/** The chain's policy is that of IPv4; a last rule says where IPv6 has another. */
function forwardPolicy6(name: string, state: FirewallState): string {
  const { forwardPolicy, forwardPolicy6: wanted = forwardPolicy } = state;
  if (wanted === forwardPolicy) return '';
  return `add rule inet ${name} forward meta nfproto ipv6 ${wanted}\n`;
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

/**
 * Where bridged packets do not pass the chains above (no br_netfilter), a table of the bridge family keeps
 * neighbours apart: no packet of an isolated container is bridged on, but for those of links and their answers.
 * The host and its routes stay reachable.
 */
function neighbourRules(name: string, state: FirewallState): string {
  if (!needsNeighbourTable(state)) return '';
  return [
    ...neighbourTable(name),
    `flush set bridge ${name} isolated\n`,
    `flush set bridge ${name} isolated6\n`,
    `flush set bridge ${name} linked\n`,
    elementCommands(name, 'add', state, ['bridge']),
  ].join('');
}

/** Declares the bridge table with its rules; changes nothing else when it exists. */
export function neighbourTable(name: string): readonly string[] {
  return [
    `add table bridge ${name}\n`,
    `add set bridge ${name} isolated { type ifname; }\n`,
    `add set bridge ${name} isolated6 { type ifname; }\n`,
    `add set bridge ${name} linked { type ipv4_addr . ipv4_addr . inet_proto . inet_service; }\n`,
    `add chain bridge ${name} forward { type filter hook forward priority filter; policy accept; }\n`,
    `flush chain bridge ${name} forward\n`,
    `add rule bridge ${name} forward ip saddr . ip daddr . meta l4proto . th dport @linked accept\n`,
    `add rule bridge ${name} forward ip daddr . ip saddr . meta l4proto . th sport @linked accept\n`,
    `add rule bridge ${name} forward iifname @isolated meta protocol ip drop\n`,
    `add rule bridge ${name} forward iifname @isolated6 meta protocol ip6 drop\n`,
  ];
}

/** Whether there is anything for the bridge table to do. */
export function needsNeighbourTable({ isolated, linked }: FirewallElements): boolean {
  return isolated.length > 0 || linked.length > 0;
}
