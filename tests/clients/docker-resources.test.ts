import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const unified = existsSync('/sys/fs/cgroup/cgroup.controllers');

/** A control file of the container's cgroup, read on the host. */
async function control(
  id: string,
  v1: readonly [controller: string, file: string],
  v2: string,
): Promise<string> {
  const pid = await daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', id]);
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const [controller, file] = v1;
  const line = lines.find((text) =>
    unified ? text.startsWith('0::') : (text.split(':')[1] ?? '').split(',').includes(controller),
  );
  const directory = line?.split(':')[2] ?? '';
  const base = unified ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`;
  return readFileSync(`${base}${directory}/${unified ? v2 : file}`, 'utf8').trim();
}

test('limits are applied in the cgroup', async () => {
  const id = await daemon.dockerOk([
    'run',
    '-d',
    '-m',
    '64m',
    '--memory-reservation',
    '32m',
    '--memory-swap',
    '128m',
    '--cpus',
    '0.5',
    '--cpuset-cpus',
    '0',
    '--cpu-shares',
    '512',
    '--pids-limit',
    '50',
    'busybox',
    'sleep',
    '600',
  ]);
  assert.equal(
    await control(id, ['memory', 'memory.limit_in_bytes'], 'memory.max'),
    String(64 << 20),
  );
  assert.equal(
    await control(id, ['memory', 'memory.soft_limit_in_bytes'], 'memory.low'),
    String(32 << 20),
  );
  assert.equal(await control(id, ['pids', 'pids.max'], 'pids.max'), '50');
  assert.equal(await control(id, ['cpuset', 'cpuset.cpus'], 'cpuset.cpus'), '0');
  assert.match(await control(id, ['cpu', 'cpu.cfs_quota_us'], 'cpu.max'), /^50000/);
  if (!unified) assert.equal(await control(id, ['cpu', 'cpu.shares'], 'cpu.weight'), '512');
  const shown = await daemon.dockerOk([
    'inspect',
    '-f',
    '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}',
    id,
  ]);
  assert.equal(shown, `${64 << 20} 500000000 50`);
  await daemon.dockerOk(['rm', '-f', id]);
});

test('running out of memory is reported as such', async () => {
  const script = 'x=a; while true; do x=$x$x; done';
  const result = await daemon.docker([
    'run',
    '--name',
    'hungry',
    '-m',
    '8m',
    '--memory-swap',
    '8m',
    'busybox',
    'sh',
    '-c',
    script,
  ]);
  assert.equal(result.code, 137);
  assert.equal(
    await daemon.dockerOk(['inspect', '-f', '{{.State.OOMKilled}} {{.State.ExitCode}}', 'hungry']),
    'true 137',
  );
  await daemon.dockerOk(['rm', 'hungry']);
});

test('the process limit holds', async () => {
  const result = await daemon.docker([
    'run',
    '--rm',
    '--pids-limit',
    '5',
    'busybox',
    'sh',
    '-c',
    'for i in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait',
  ]);
  assert.match(result.stderr, /fork|Resource temporarily unavailable/);
});

test('pause stops the processes, unpause lets them go on', async () => {
  const id = await daemon.dockerOk([
    'run',
    '-d',
    'busybox',
    'sh',
    '-c',
    'while :; do date +%s%N; sleep 0.05; done',
  ]);
  await daemon.dockerOk(['pause', id]);
  assert.equal(
    await daemon.dockerOk(['inspect', '-f', '{{.State.Status}} {{.State.Paused}}', id]),
    'paused true',
  );
  assert.match(
    await daemon.dockerOk(['ps', '--filter', 'status=paused', '--format', '{{.Status}}']),
    /\(Paused\)$/,
  );
  const before = await daemon.dockerOk(['logs', id]);
  const again = await daemon.docker(['pause', id]);
  assert.match(again.stderr, /is already paused/);
  const exec = await daemon.docker(['exec', id, 'true']);
  assert.match(exec.stderr, /is paused, unpause the container before exec/);
  assert.equal((await daemon.dockerOk(['logs', id])).length, before.length);
  await daemon.dockerOk(['unpause', id]);
  assert.equal(await daemon.dockerOk(['inspect', '-f', '{{.State.Status}}', id]), 'running');
  await daemon.dockerOk(['rm', '-f', id]);
});

test('wrong limits are refused with their reason', async () => {
  const refusals: readonly (readonly [string[], RegExp])[] = [
    [
      ['-m', '10m', '--memory-swap', '5m'],
      /Minimum memoryswap limit should be larger than memory limit/,
    ],
    [
      ['--memory-swap', '10m'],
      /You should always set the Memory limit when using Memoryswap limit/,
    ],
    [['--cpus', '1000'], /range of CPUs is from 0\.01 to/],
    [['--cpuset-cpus', '999'], /Requested CPUs are not available - requested 999, available: /],
    [['--cpu-period', '1'], /CPU cfs period can not be less than 1ms/],
    [['--memory-swappiness', '200'], /valid memory swappiness range is 0-100/i],
    [['--oom-score-adj', '2000'], /Invalid value 2000, range for oom score adj is \[-1000, 1000\]/],
  ];
  for (const [flags, text] of refusals) {
    const result = await daemon.docker(['run', '--rm', ...flags, 'busybox', 'true']);
    assert.equal(result.code, 125, flags.join(' '));
    assert.match(result.stderr, text);
  }
});

test('limits of a running container can be changed', async () => {
  const id = await daemon.dockerOk(['run', '-d', '-m', '64m', 'busybox', 'sleep', '600']);
  await daemon.dockerOk([
    ...['update', '-m', '96m', '--memory-swap', '192m', '--memory-reservation', '16m'],
    ...['--cpu-shares', '256', '--cpu-period', '50000', '--cpu-quota', '20000'],
    ...['--cpuset-cpus', '0', '--pids-limit', '30', '--restart', 'on-failure:2', id],
  ]);
  const memory = async (legacy: string, file: string) =>
    await control(id, ['memory', `memory.${legacy}`], `memory.${file}`);
  assert.equal(await memory('limit_in_bytes', 'max'), String(96 << 20));
  assert.equal(await memory('soft_limit_in_bytes', 'low'), String(16 << 20));
  assert.equal(await control(id, ['pids', 'pids.max'], 'pids.max'), '30');
  assert.equal(await control(id, ['cpuset', 'cpuset.cpus'], 'cpuset.cpus'), '0');
  assert.match(await control(id, ['cpu', 'cpu.cfs_quota_us'], 'cpu.max'), /^20000/);
  assert.equal(await control(id, ['cpu', 'cpu.shares'], 'cpu.weight'), unified ? '10' : '256');
  const format = '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy}}';
  assert.equal(
    await daemon.dockerOk(['inspect', '-f', format, id]),
    `${96 << 20} 30 {on-failure 2}`,
  );
  await daemon.dockerOk(['update', '-m', '32m', '--memory-swap', '32m', id]);
  assert.equal(await memory('limit_in_bytes', 'max'), String(32 << 20));
  const beyond = await daemon.docker(['update', '-m', '1g', id]);
  assert.match(
    beyond.stderr,
    /Cannot update container [0-9a-f]{64}: Memory limit should be smaller than already set memoryswap limit/,
  );
  const refused = await daemon.docker([
    'update',
    '--pids-limit',
    '40',
    '--cpuset-cpus',
    '0,999',
    id,
  ]);
  assert.match(refused.stderr, /Requested CPUs are not available - requested 0,999, available: /);
  assert.equal(await control(id, ['pids', 'pids.max'], 'pids.max'), '30');
  await daemon.dockerOk(['rm', '-f', id]);
});
