import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import type { CgroupLayout } from '@berth/kernel';
import { type LimitName, limitWrites } from './limit-writes.ts';

const mib = 1 << 20;

/** `file=value` of every write, for members of `limits` that are given. */
function written(
  layout: CgroupLayout,
  limits: HostConfig,
  files: Readonly<Record<string, string>> = {},
  present: HostConfig = {},
): string[] {
  const changed = new Set(Object.keys(limits) as LimitName[]);
  const writes = limitWrites({ ...present, ...limits }, changed, {
    layout,
    read: (_controller, file) => files[file],
  });
  return writes.map(({ file, value }) => `${file}=${value}`);
}

test('v1: the sum of memory and swap is never below memory on the way', () => {
  const files = { 'memory.limit_in_bytes': `${64 * mib}\n`, 'memory.memsw.limit_in_bytes': '' };
  const raise = { Memory: 128 * mib, MemorySwap: 256 * mib };
  assert.deepEqual(written('v1', raise, files), [
    `memory.memsw.limit_in_bytes=${256 * mib}`,
    `memory.limit_in_bytes=${128 * mib}`,
  ]);
  const lower = { Memory: 16 * mib, MemorySwap: 32 * mib };
  assert.deepEqual(written('hybrid', lower, files), [
    `memory.limit_in_bytes=${16 * mib}`,
    `memory.memsw.limit_in_bytes=${32 * mib}`,
  ]);
  assert.deepEqual(written('v1', { Memory: 128 * mib, MemorySwap: -1 }, files), [
    'memory.memsw.limit_in_bytes=-1',
    `memory.limit_in_bytes=${128 * mib}`,
  ]);
  const unaccounted = { 'memory.limit_in_bytes': '1' };
  assert.deepEqual(written('v1', raise, unaccounted), [`memory.limit_in_bytes=${128 * mib}`]);
});

test('v2: swap alone follows a change of memory', () => {
  const files = { 'memory.swap.max': '0' };
  assert.deepEqual(
    written('v2', { Memory: 32 * mib }, files, { Memory: 16 * mib, MemorySwap: 64 * mib }),
    [`memory.swap.max=${32 * mib}`, `memory.max=${32 * mib}`],
  );
  assert.deepEqual(written('v2', { MemorySwap: -1 }, files, { Memory: 16 * mib }), [
    'memory.swap.max=max',
  ]);
  assert.deepEqual(written('v2', { MemoryReservation: mib }, files), [`memory.low=${mib}`]);
});

test('CPU limits', () => {
  const shares = { CpuShares: 1024 };
  assert.deepEqual(written('v1', shares), ['cpu.shares=1024']);
  assert.deepEqual(written('v2', shares), ['cpu.weight=39']);
  assert.deepEqual(written('v2', { CpuShares: 262_144 }), ['cpu.weight=10000']);
  const nano = { NanoCpus: 1_500_000_000 };
  assert.deepEqual(written('v1', nano), ['cpu.cfs_period_us=100000', 'cpu.cfs_quota_us=150000']);
  assert.deepEqual(written('v2', nano), ['cpu.max=150000 100000']);
  assert.deepEqual(written('v2', { CpuQuota: -1 }, {}, { CpuPeriod: 50_000 }), [
    'cpu.max=max 50000',
  ]);
  assert.deepEqual(written('v2', { CpuPeriod: 50_000 }, {}, { CpuQuota: 10_000 }), [
    'cpu.max=10000 50000',
  ]);
  assert.deepEqual(written('v1', { CpusetCpus: '0-1', CpusetMems: '0' }), [
    'cpuset.cpus=0-1',
    'cpuset.mems=0',
  ]);
});

test('processes and block I/O', () => {
  assert.deepEqual(written('v2', { PidsLimit: 20 }), ['pids.max=20']);
  assert.deepEqual(written('v1', { PidsLimit: 0 }), ['pids.max=max']);
  const weight = { BlkioWeight: 500 };
  assert.deepEqual(written('v1', weight), ['blkio.weight=500']);
  assert.deepEqual(written('v1', weight, { 'blkio.bfq.weight': '' }), ['blkio.bfq.weight=500']);
  assert.deepEqual(written('v2', weight), ['io.weight=4950']);
  assert.deepEqual(written('v2', weight, { 'io.bfq.weight': '' }), ['io.bfq.weight=500']);
});
