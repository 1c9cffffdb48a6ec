import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureLegacy } from './legacy-measurement.ts';
import { parseNetworkDevices, parseSystemTimes } from './text-formats.ts';
import { measureUnified } from './unified-measurement.ts';

/** Control files as Linux 6.x shows them. */
const legacyFiles: Readonly<Record<string, string>> = {
  'cpuacct.usage': '1234567890\n',
  'cpuacct.usage_percpu': '1000000000 234567890 \n',
  'cpuacct.stat': 'user 80\nsystem 43\n',
  'cpu.stat': 'nr_periods 10\nnr_throttled 3\nthrottled_time 5000\nnr_bursts 0\nburst_time 0\n',
  'memory.usage_in_bytes': '8388608\n',
  'memory.max_usage_in_bytes': '9000000\n',
  'memory.failcnt': '0\n',
  'memory.limit_in_bytes': '9223372036854771712\n',
  'memory.stat':
    'cache 4096\nrss 8192\nhierarchical_memory_limit 9223372036854771712\ntotal_inactive_file 4096\n',
  'pids.current': '3\n',
  'pids.max': 'max\n',
  'blkio.throttle.io_service_bytes_recursive':
    '8:0 Read 4096\n8:0 Write 0\n8:0 Sync 4096\n8:0 Async 0\n8:0 Discard 0\n8:0 Total 4096\nTotal 4096\n',
};

const unifiedFiles: Readonly<Record<string, string>> = {
  'cpu.stat':
    'usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnr_periods 4\nnr_throttled 2\nthrottled_usec 7\n',
  'memory.current': '8388608\n',
  'memory.max': '16777216\n',
  'memory.peak': '9000000\n',
  'memory.events': 'low 0\nhigh 0\nmax 5\noom 2\noom_kill 1\n',
  'memory.stat': 'anon 8192\nfile 4096\ninactive_file 4096\n',
  'pids.current': '3\n',
  'pids.max': '50\n',
  'io.stat': '8:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=0 dios=0\n254:1 \n',
};

test('cgroup v1', () => {
  const { cpu, memory, pids, blkio } = measureLegacy((_, file) => legacyFiles[file]);
  assert.deepEqual(cpu.cpu_usage, {
    total_usage: 1_234_567_890,
    percpu_usage: [1_000_000_000, 234_567_890],
    usage_in_kernelmode: 430_000_000,
    usage_in_usermode: 800_000_000,
  });
  assert.deepEqual(cpu.throttling_data, {
    periods: 10,
    throttled_periods: 3,
    throttled_time: 5000,
  });
  assert.deepEqual(
    [memory.usage, memory.max_usage, memory.limit, memory.failcnt],
    [8_388_608, 9_000_000, undefined, undefined],
  );
  assert.equal(memory.stats?.total_inactive_file, 4096);
  assert.deepEqual(pids, { current: 3 });
  assert.equal(blkio.io_service_bytes_recursive?.length, 6);
  assert.deepEqual(blkio.io_service_bytes_recursive?.[0], {
    major: 8,
    minor: 0,
    op: 'Read',
    value: 4096,
  });
});

test('cgroup v2', () => {
  const { cpu, memory, pids, blkio } = measureUnified((_, file) => unifiedFiles[file]);
  assert.deepEqual(cpu, {
    cpu_usage: {
      total_usage: 1_500_000,
      usage_in_kernelmode: 500_000,
      usage_in_usermode: 1_000_000,
    },
    throttling_data: { periods: 4, throttled_periods: 2, throttled_time: 7000 },
  });
  assert.deepEqual(
    [memory.usage, memory.max_usage, memory.limit, memory.failcnt, memory.stats?.inactive_file],
    [8_388_608, 9_000_000, 16_777_216, 2, 4096],
  );
  assert.deepEqual(pids, { current: 3, limit: 50 });
  assert.deepEqual(blkio.io_service_bytes_recursive?.slice(0, 2), [
    { major: 8, minor: 0, op: 'read', value: 4096 },
    { major: 8, minor: 0, op: 'write', value: 512 },
  ]);
});

test('a cgroup that has gone counts as nothing', () => {
  for (const measure of [measureLegacy, measureUnified]) {
    const { cpu, memory, pids } = measure(() => undefined);
    assert.deepEqual([cpu.cpu_usage?.total_usage, memory.usage, pids.current], [0, 0, 0]);
  }
});

test('interfaces and processors', () => {
  const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth0: 1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0
`;
  assert.deepEqual(parseNetworkDevices(devices), {
    eth0: {
      rx_bytes: 1000,
      rx_packets: 10,
      rx_errors: 1,
      rx_dropped: 2,
      tx_bytes: 2000,
      tx_packets: 20,
      tx_errors: 3,
      tx_dropped: 4,
    },
  });
  const times = 'cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n';
  assert.deepEqual(parseSystemTimes(times), { total: 280_000_000, online: 2 });
});
