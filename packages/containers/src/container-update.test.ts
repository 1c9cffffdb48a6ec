import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import { createHarness } from '../testsuite/harness.ts';

const mib = 1 << 20;

test('limits of a running container change at once, in the kernel and in the record', async () => {
  await using harness = await createHarness();
  const { service, kernel } = harness;
  const limits = { Memory: 64 * mib, MemorySwap: 128 * mib };
  const { Id: id } = await service.create({ Image: 'busybox', HostConfig: limits }, {});
  await service.start(id);
  harness.makeCgroup(id);
  const cgroup = kernel.cgroups.locate(`/berth-test/${id}`, 'cgroupfs');
  const update = { Memory: 32 * mib, PidsLimit: 9, RestartPolicy: { Name: 'always' as const } };
  assert.deepEqual(await service.update(id, update), { Warnings: [] });
  const v2 = cgroup.layout === 'v2';
  const file = v2 ? 'memory.max' : 'memory.limit_in_bytes';
  assert.equal(kernel.cgroups.read(cgroup, 'memory', file), String(32 * mib));
  assert.equal(kernel.cgroups.read(cgroup, 'pids', 'pids.max'), '9');
  const { HostConfig: shown } = await service.inspect(id);
  assert.equal(shown?.Memory, 32 * mib);
  assert.equal(shown?.MemorySwap, 128 * mib);
  assert.equal(shown?.PidsLimit, 9);
  assert.equal(shown?.RestartPolicy?.Name, 'always');
  assert.equal(harness.actions().at(-1)?.split(' ')[0], 'update');
});

test('a limit of processes that is none is shown as none', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  for (const PidsLimit of [0, -1]) {
    const { Id: id } = await service.create({ Image: 'busybox', HostConfig: { PidsLimit } }, {});
    assert.equal((await service.inspect(id)).HostConfig?.PidsLimit, null);
  }
});

test('what the kernel refuses is taken back, and the record stays', async () => {
  await using harness = await createHarness();
  const { service, kernel } = harness;
  const { Id: id } = await service.create({ Image: 'busybox' }, {});
  await service.start(id);
  harness.makeCgroup(id);
  const cgroup = kernel.cgroups.locate(`/berth-test/${id}`, 'cgroupfs');
  kernel.cgroups.write(cgroup, 'cpuset', 'cpuset.cpus', '0');
  const original = kernel.cgroups.write.bind(kernel.cgroups);
  kernel.cgroups.write = (location, controller, file, value) => {
    if (file === 'pids.max') throw new Error('refused');
    original(location, controller, file, value);
  };
  await assert.rejects(service.update(id, { CpusetCpus: '0-1', PidsLimit: 5 }), {
    code: 'containers.update-failed',
    message: `Cannot update container ${id}: refused`,
  });
  assert.equal(kernel.cgroups.read(cgroup, 'cpuset', 'cpuset.cpus'), '0');
  assert.equal((await service.inspect(id)).HostConfig?.CpusetCpus, '');
});

test('contradictions with what is set are refused with the text that clients know', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  const cases: readonly (readonly [present: HostConfig, update: HostConfig, text: string])[] = [
    [
      { NanoCpus: 1e9 },
      { CpuQuota: 5000 },
      'Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set',
    ],
    [
      { CpuPeriod: 5000 },
      { NanoCpus: 1e9 },
      'Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set',
    ],
    [
      { Memory: 10 * mib, MemorySwap: 20 * mib },
      { Memory: 30 * mib },
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    ],
    [
      { AutoRemove: true },
      { RestartPolicy: { Name: 'always' } },
      'Restart policy cannot be updated because AutoRemove is enabled for the container',
    ],
  ];
  for (const [present, update, text] of cases) {
    const { Id: id } = await service.create({ Image: 'busybox', HostConfig: present }, {});
    await assert.rejects(service.update(id, update), {
      kind: 'conflict',
      message: `Cannot update container ${id}: ${text}`,
    });
  }
});
