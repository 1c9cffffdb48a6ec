import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec } from '../runtime-spec.ts';
import { commandOfPlan, execPlan } from './exec-plan.ts';
import { execProcessSpec, processSpec } from './process-spec.ts';

const names = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER'];

const process: ProcessSpec = {
  terminal: true,
  consoleSize: { height: 24, width: 80 },
  user: { uid: 7, gid: 8, additionalGids: [8, 9] },
  args: ['sh', '-c', 'echo a=b'],
  env: ['PATH=/bin', 'EMPTY='],
  cwd: '/srv',
  capabilities: {
    bounding: ['CAP_CHOWN', 'CAP_FOWNER'],
    effective: ['CAP_CHOWN'],
    permitted: ['CAP_CHOWN'],
  },
  rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }],
  noNewPrivileges: true,
  oomScoreAdj: -5,
};

const plan = (change: Partial<ProcessSpec> = {}) =>
  execPlan({
    process: { ...process, ...change },
    capabilities: names,
    cgroups: ['/sys/fs/cgroup/pids/x'],
    seccompFilter: '/run/x/seccomp.bpf',
  });

test('a plan says everything of the process', () => {
  assert.deepEqual(plan()?.split('\0'), [
    'arg=sh',
    'arg=-c',
    'arg=echo a=b',
    'env=PATH=/bin',
    'env=EMPTY=',
    'cwd=/srv',
    'uid=7',
    'gid=8',
    'group=8',
    'group=9',
    'umask=18',
    'bounding=9',
    'effective=1',
    'permitted=1',
    'inheritable=0',
    'ambient=0',
    'limit=NOFILE 1024 4096',
    'cgroup=/sys/fs/cgroup/pids/x',
    'noNewPrivileges=1',
    'terminal=1',
    'rows=24',
    'columns=80',
    'oomScoreAdj=-5',
    'filter=/run/x/seccomp.bpf',
    '',
  ]);
});

test('what runs can be read back', () => {
  assert.deepEqual(commandOfPlan(plan() ?? ''), {
    args: ['sh', '-c', 'echo a=b'],
    terminal: true,
  });
  assert.equal(commandOfPlan(plan({ terminal: false }) ?? '').terminal, false);
});

test('unlimited keeps its exact value', () => {
  const hostConfig = { Ulimits: [{ Name: 'core', Soft: -1, Hard: -1 }] };
  const request = { config: {}, hostConfig, args: [], env: [], cwd: '/', defaultUlimits: {} };
  const user = { uid: 0, gid: 0, additionalGids: [], home: '/' };
  const container = processSpec({ ...request, user } as never, []);
  const made = execProcessSpec({ container, args: ['a'], env: [], cwd: '/', tty: false, user });
  const text = execPlan({ process: made, capabilities: names, cgroups: [] });
  assert.ok(text?.includes('limit=CORE 18446744073709551615 18446744073709551615\0'), text);
});

test('what a plan cannot say is left to the runtime', () => {
  assert.equal(plan({ apparmorProfile: 'x' }), undefined);
  assert.equal(plan({ selinuxLabel: 'x' }), undefined);
  assert.equal(plan({ args: ['a\0b'] }), undefined);
  const unknown = ['CAP_FUTURE'];
  const capabilities = { bounding: unknown, effective: unknown, permitted: unknown };
  assert.equal(plan({ capabilities }), undefined);
});
