import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import type { CgroupHost } from '@berth/kernel';
import { checkResources } from './resource-limits.ts';

const cgroups: CgroupHost = {
  layout: 'v2',
  controllers: ['cpu', 'cpuset', 'memory', 'pids', 'io'],
  memorySwap: true,
  oomKillDisable: false,
  cpuCfs: true,
  cpuRealtime: false,
  blkioWeight: false,
  cpus: '0-1,4',
  memoryNodes: '0',
};
const host = { cgroups, cpuCount: 2 };
const mega = 1024 * 1024;

test('limits that contradict each other or the machine', () => {
  const cases: readonly (readonly [HostConfig, string | RegExp])[] = [
    [{ Memory: 5 * mega }, 'Minimum memory limit allowed is 6MB'],
    [{ Memory: -1 }, 'Minimum memory limit allowed is 6MB'],
    [
      { Memory: 20 * mega, MemorySwap: 10 * mega },
      'Minimum memoryswap limit should be larger than memory limit, see usage',
    ],
    [
      { MemorySwap: 10 * mega },
      'You should always set the Memory limit when using Memoryswap limit, see usage',
    ],
    [
      { Memory: 10 * mega, MemoryReservation: 20 * mega },
      'Minimum memory limit can not be less than memory reservation limit, see usage',
    ],
    [{ NanoCpus: 3e9 }, 'range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
    [{ NanoCpus: 1e9, CpuQuota: 5000 }, /Nano CPUs and CPU Quota cannot both be set/],
    [{ CpuPeriod: 10 }, /CPU cfs period can not be less than 1ms/],
    [{ CpuQuota: 10 }, /CPU cfs quota can not be less than 1ms/],
    [{ CpusetCpus: 'a-b' }, 'Invalid value a-b for cpuset cpus: invalid format: a-b'],
    [{ CpusetCpus: '0-3' }, 'Requested CPUs are not available - requested 0-3, available: 0-1,4'],
    [{ CpusetMems: '1' }, 'Requested memory nodes are not available - requested 1, available: 0'],
    [{ IOMaximumIOps: 1 }, /Invalid QoS settings/],
    [{ Ulimits: [{ Name: 'nope', Soft: 1, Hard: 1 }] }, 'invalid ulimit type: nope'],
    [{ Ulimits: [{ Name: 'nofile', Soft: 2, Hard: 1 }] }, /ulimit soft limit must be less/],
  ];
  for (const [config, message] of cases) {
    assert.throws(() => checkResources(config, host), { message }, JSON.stringify(config));
  }
});

test('what the host cannot enforce is dropped with a warning', () => {
  const { resources, warnings } = checkResources(
    { Memory: 10 * mega, OomKillDisable: true, BlkioWeight: 300, MemorySwappiness: 10 },
    host,
  );
  assert.equal(resources.Memory, 10 * mega);
  assert.equal(resources.BlkioWeight, 0);
  assert.equal(resources.MemorySwappiness, null);
  assert.equal(warnings.length, 3);
});

test('-1 is an unset swappiness', () => {
  const { resources, warnings } = checkResources({ MemorySwappiness: -1 }, host);
  assert.deepEqual([resources.MemorySwappiness, warnings], [null, []]);
});

test('limits that are fine stay as they are', () => {
  const given: HostConfig = {
    Memory: 64 * mega,
    NanoCpus: 1.5e9,
    PidsLimit: 100,
    CpusetCpus: '0-1',
  };
  assert.deepEqual(checkResources(given, host), { resources: given, warnings: [] });
});
