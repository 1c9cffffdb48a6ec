import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { elementCommands } from './element-commands.ts';
import { type FirewallState, noElements } from './firewall-state.ts';
import { FirewallTable } from './firewall-table.ts';
import { rulesetCommands } from './ruleset.ts';

const web = {
  protocol: 'tcp',
  hostPort: 8080,
  address: '172.17.0.2',
  containerPort: 80,
  count: 1,
} as const;

const plain = {
  subnets: [],
  masqueraded: [],
  translated: [],
  icc: true,
  internal: false,
  open: [],
  routed: [],
  trusted: [],
} as const;

const state: FirewallState = {
  ...noElements,
  networks: [
    { ...plain, bridge: 'docker0', subnets: ['172.17.0.0/16'], masqueraded: ['172.17.0.0/16'] },
    { ...plain, bridge: 'br-quiet', subnets: ['10.1.0.0/24'], icc: false },
  ],
  ports: [{ ...web, hostAddress: '0.0.0.0' }],
  isolated: [],
  forwardPolicy: 'drop',
};

test('the chains', () => {
  const lines = rulesetCommands('t', state).split('\n');
  const rules = lines
    .filter((line) => line.startsWith('add rule'))
    .map((line) => line.replace('add rule inet t ', ''));
  assert.deepEqual(rules, [
    'guard iifname @bridges ip daddr 127.0.0.0/8 drop',
    'prerouting ip daddr 127.0.0.0/8 return',
    'prerouting fib daddr type local jump publish',
    'output ip6 daddr ::1 return',
    'output fib daddr type local jump publish',
    'publish dnat ip to ip daddr . meta l4proto . th dport map @host_ports',
    'publish dnat ip to meta l4proto . th dport map @ports',
    'publish dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_ports6',
    'publish dnat ip6 to meta l4proto . th dport map @ports6',
    'publish dnat ip to ip daddr . meta l4proto . th dport map @host_port_ranges',
    'publish dnat ip to meta l4proto . th dport map @port_ranges',
    'publish dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_port_ranges6',
    'publish dnat ip6 to meta l4proto . th dport map @port_ranges6',
    'postrouting oifname @bridges ip saddr 127.0.0.0/8 masquerade',
    'postrouting oifname . ip saddr @local_subnets ct status dnat masquerade',
    'postrouting oifname . ip6 saddr @local_subnets6 ct status dnat masquerade',
    'postrouting oifname . ip saddr @local_subnets return',
    'postrouting oifname . ip6 saddr @local_subnets6 return',
    'postrouting snat ip to ip saddr map @translated',
    'postrouting snat ip6 to ip6 saddr map @translated6',
    'postrouting ip saddr @masqueraded masquerade',
    'postrouting ip6 saddr @masqueraded6 masquerade',
    'forward jump BERTH-USER',
    'forward oifname @bridges ct state established,related accept',
    'forward iifname @bridges ct state established,related accept',
    'forward iifname . oifname @same_bridge accept',
    'forward iifname @internal drop',
    'forward oifname @internal drop',
    'forward oifname @bridges ct status dnat accept',
    'forward iifname @bridges ip saddr . ip daddr . meta l4proto . th dport @linked accept',
    'forward iifname . oifname @trusted accept',
    'forward ip daddr . meta l4proto . th dport @routed_ranges accept',
    'forward ip6 daddr . meta l4proto . th dport @routed_ranges6 accept',
    'forward meta l4proto icmp oifname @routed4 accept',
    'forward meta l4proto ipv6-icmp oifname @routed6 accept',
    'forward iifname @bridges oifname @bridges drop',
    'forward iifname @bridges accept',
    'forward meta nfproto ipv4 oifname @open4 accept',
    'forward meta nfproto ipv6 oifname @open6 accept',
    'forward oifname @bridges drop',
  ]);
  assert.ok(!lines.some((line) => line.startsWith('flush') && line.includes('BERTH-USER')));
  assert.ok(
    lines.some((line) => line.includes('chain inet t forward') && line.includes('policy drop')),
  );
});

test('the elements', () => {
  const elements = rulesetCommands('t', state)
    .split('\n')
    .filter((line) => line.startsWith('add element'));
  assert.deepEqual(elements, [
    'add element inet t bridges { "docker0", "br-quiet" }',
    'add element inet t same_bridge { "docker0" . "docker0" }',
    'add element inet t local_subnets { "docker0" . 172.17.0.0/16, "br-quiet" . 10.1.0.0/24 }',
    'add element inet t masqueraded { 172.17.0.0/16 }',
    'add element inet t ports { tcp . 8080 : 172.17.0.2 . 80 }',
  ]);
  const changed = elementCommands('t', 'delete', {
    ...noElements,
    ports: [
      { ...web, hostAddress: '127.0.0.1' },
      { ...web, protocol: 'sctp', hostAddress: '0.0.0.0' },
    ],
    isolated: [{ link: 'veth0000001', family: 4 }],
  });
  assert.equal(
    changed,
    [
      'delete element inet t host_ports { 127.0.0.1 . tcp . 8080 : 172.17.0.2 . 80 }',
      'delete element inet t ports { sctp . 8080 : 172.17.0.2 . 80 }',
      'delete element bridge t isolated { "veth0000001" }',
      '',
    ].join('\n'),
  );
});

test('a range is one element, or one for each port where the numbers differ', () => {
  const range = { ...web, hostAddress: '0.0.0.0', containerPort: 8080, count: 10_000 };
  const added = (ports: FirewallState['ports']) =>
    elementCommands('t', 'add', { ...noElements, ports });
  assert.equal(
    added([range]),
    'add element inet t port_ranges { tcp . 8080-18079 : 172.17.0.2 }\n',
  );
  assert.equal(
    added([{ ...range, hostAddress: '127.0.0.1', count: 2 }]),
    'add element inet t host_port_ranges { 127.0.0.1 . tcp . 8080-8081 : 172.17.0.2 }\n',
  );
  assert.equal(
    added([{ ...range, containerPort: 80, count: 2 }]),
    'add element inet t ports { tcp . 8080 : 172.17.0.2 . 80, tcp . 8081 : 172.17.0.2 . 81 }\n',
  );
});

test('a change that the table does not take is answered by writing the table anew', async () => {
  const kernel = createFakeKernel();
  const table = new FirewallTable(kernel.firewall, 't', () => state);
  await table.add({ ...noElements, ports: state.ports });
  assert.deepEqual(kernel.firewall.applied, [
    'add element inet t ports { tcp . 8080 : 172.17.0.2 . 80 }\n',
  ]);
  kernel.failOn({ port: 'firewall', method: 'apply' }, new Error('no such table'));
  await table.remove({ ...noElements, ports: state.ports });
  assert.equal(kernel.firewall.applied[1], rulesetCommands('t', state));
  const count = kernel.firewall.applied.length;
  await table.add(noElements);
  assert.equal(kernel.firewall.applied.length, count);
});

test('a table name is no way to smuggle commands in', () => {
  const { firewall } = createFakeKernel();
  assert.throws(() => new FirewallTable(firewall, 'x; flush ruleset', () => state));
});
