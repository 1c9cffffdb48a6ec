import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacyResources, unifiedResources } from './xray-cgroup.ts';
import { sharedNamespaces } from './xray-namespaces.ts';
import { interfaceRow } from './xray-network.ts';

const reader = (files: Readonly<Record<string, string>>) => (_: string, file: string) =>
  files[file];

test('resources of cgroup v2', () => {
  const rows = unifiedResources(
    reader({
      'memory.current': '4096\n',
      'memory.max': 'max\n',
      'pids.current': '2\n',
      'pids.max': '100\n',
      'cpu.stat': 'usage_usec 2500000\nuser_usec 1\n',
      'cpu.max': '150000 100000\n',
    }),
  );
  assert.deepEqual(rows, [
    { Name: 'memory', Unit: 'bytes', Current: 4096 },
    { Name: 'pids', Unit: 'tasks', Current: 2, Limit: 100 },
    { Name: 'cpu time', Unit: 'seconds', Current: 2.5 },
    { Name: 'cpus', Unit: 'cpus', Limit: 1.5 },
  ]);
});

test('resources of cgroup v1, where "no limit" is a large number or -1', () => {
  const rows = legacyResources(
    reader({
      'memory.usage_in_bytes': '8192\n',
      'memory.limit_in_bytes': '9223372036854771712\n',
      'cpuacct.usage': '1500000000\n',
      'cpu.cfs_quota_us': '-1\n',
      'cpu.cfs_period_us': '100000\n',
      'pids.max': 'max\n',
    }),
  );
  assert.deepEqual(rows, [
    { Name: 'memory', Unit: 'bytes', Current: 8192 },
    { Name: 'cpu time', Unit: 'seconds', Current: 1.5 },
  ]);
});

test('who is in a namespace too', () => {
  const others = [
    ['peer', { net: 7, pid: 3, user: 1 }],
    ['alone', { net: 9, pid: 4, user: 1 }],
  ] as const;
  assert.deepEqual(sharedNamespaces({ net: 7, pid: 2, user: 1 }, { net: 5, user: 1 }, others), [
    { Type: 'net', Inode: 7, SharedWith: ['peer'] },
    { Type: 'pid', Inode: 2, SharedWith: [] },
    { Type: 'user', Inode: 1, SharedWith: ['host'] },
  ]);
});

test('an interface, its other end, its bridge and its network', () => {
  const link = { index: 2, name: 'eth0', mtu: 1500, up: true, mac: '02:42:ac:11:00:02' };
  const outside = [
    { index: 8, name: 'docker0', mtu: 1500, up: true },
    { index: 9, name: 'veth9', mtu: 1500, up: true, masterIndex: 8 },
  ];
  const endpoints = { bridge: { IPAddress: '172.17.0.2', Gateway: '172.17.0.1' } };
  const addresses = ['172.17.0.2/16'];
  assert.deepEqual(interfaceRow({ ...link, peerIndex: 9 }, addresses, outside, endpoints), {
    Network: 'bridge',
    Interface: 'eth0',
    MacAddress: link.mac,
    Addresses: addresses,
    Gateway: '172.17.0.1',
    HostInterface: 'veth9',
    Bridge: 'docker0',
  });
  assert.equal(interfaceRow(link, ['10.0.0.9/8'], [], endpoints).Network, '');
});
