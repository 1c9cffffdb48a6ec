import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EngineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { execPlan, type ProcessSpec } from '@berth/runtime';
import { isNativeRefusal } from '@berth/runtime/shim/index.ts';
import { readAll, ShimFixture, type TestContainer, unframe } from './shim-fixture.ts';

/** Execs that the shim carries out itself, by a plan. */
let fixture: ShimFixture;
let container: TestContainer;
const kernel = createLinuxKernel();
before(async () => {
  fixture = await ShimFixture.create();
  container = await fixture.run({ args: ['sleep', '1000'] });
});
after(() => fixture[Symbol.asyncDispose]());

interface Change {
  readonly process?: Partial<ProcessSpec>;
  readonly filter?: string;
  readonly text?: string;
}

let count = 0;
async function enter(
  args: readonly string[],
  change: Change = {},
  target: TestContainer = container,
) {
  const execId = `enter${++count}`;
  const { process } = JSON.parse(await readFile(join(target.bundle, 'config.json'), 'utf8')) as {
    process: ProcessSpec;
  };
  const { directories, layout } = kernel.cgroups.locate(`/berth-test/${target.id}`, 'cgroupfs');
  const folders = [...new Set(Object.values(directories))].filter((path) => existsSync(path));
  const cgroup = layout === 'v2' ? folders[0] : directories.unified;
  const planFile = join(target.bundle, `${execId}.plan`);
  const plan = execPlan({
    process: { ...process, ...change.process, args },
    capabilities: kernel.host.kernelCapabilities,
    cgroups: layout === 'v2' ? [] : folders.filter((folder) => folder !== directories.unified),
    ...(change.filter === undefined ? {} : { seccompFilter: change.filter }),
  });
  await writeFile(planFile, change.text ?? plan ?? '');
  const tty = change.process?.terminal ?? false;
  const program = { planFile, ...(cgroup === undefined ? {} : { cgroup }) };
  const streams = { stdin: true, stdout: true, stderr: true, detach: false };
  return target.shim.exec({ execId, program, tty, ...streams });
}

async function output(args: readonly string[], change?: Change, target?: TestContainer) {
  const { stream } = await enter(args, change, target);
  assert.ok(stream);
  stream.end();
  return unframe(await readAll(stream));
}

const shell = (script: string, change?: Change, target?: TestContainer) =>
  output(['sh', '-c', script], change, target);

test('it is where and what the first process is', async () => {
  const files = ['cgroup', 'limits', 'oom_score_adj'].map((name) => `cat /proc/PID/${name}`);
  const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'].map(
    (name) => `readlink /proc/PID/ns/${name}`,
  );
  for (const command of [...files, ...namespaces]) {
    const [first, own] = [command.replace('PID', '1'), command.replace('PID', 'self')];
    assert.equal((await shell(own)).stdout, (await shell(first)).stdout, command);
  }
  const facts = async (pid: string) =>
    (await output(['cat', `/proc/${pid}/status`])).stdout
      .split('\n')
      .filter((line) => /^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Sig(Blk|Ign|Cgt))/.test(line));
  assert.deepEqual(await facts('self'), await facts('1'));
});

test('it has no descriptors but its streams, and no name outside', async () => {
  assert.equal((await shell('cd /proc/self/fd; echo *; pwd -P')).stdout.split('\n')[0], '0 1 2 3');
});

test('another user, without rights, in a folder of the user', async () => {
  const user = { uid: 1234, gid: 55, additionalGids: [55, 77] };
  const { stdout } = await shell(
    'grep -E "^(Uid|Groups|CapEff)" /proc/self/status; echo > /proc/self/fd/1',
    {
      process: { user, cwd: '/tmp' },
    },
  );
  assert.match(stdout, /Uid:\t1234\t1234\t1234\t1234\nGroups:\t55 77 \nCapEff:\t0+\n\n$/);
});

test('limits, umask and no_new_privs', async () => {
  const { stdout } = await shell('ulimit -n; umask; grep NoNewPrivs /proc/self/status', {
    process: {
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 77, hard: 99 }],
      user: { uid: 0, gid: 0, umask: 0o027 },
      noNewPrivileges: true,
    },
  });
  assert.equal(stdout, '77\n0027\nNoNewPrivs:\t1\n');
});

test('a seccomp filter, with and without no_new_privs', async () => {
  const filter = join(fixture.folder, 'filter.bpf');
  // One instruction: return SECCOMP_RET_ALLOW.
  await writeFile(filter, Buffer.from('06000000' + '0000ff7f', 'hex'));
  for (const noNewPrivileges of [false, true]) {
    const process = { noNewPrivileges };
    const { stdout } = await shell('grep Seccomp: /proc/self/status', { filter, process });
    assert.equal(stdout, 'Seccomp:\t2\n');
  }
});

test('a terminal of the container', async () => {
  const process = { terminal: true, consoleSize: { height: 21, width: 81 } };
  const { stream } = await enter(['sh', '-c', 'tty; stty size; read x; echo got $x'], { process });
  assert.ok(stream);
  stream.write('word\n');
  // The terminal echoes what is typed whenever it comes.
  const shown = (await readAll(stream)).toString().replace('word\r\n', '');
  assert.match(shown, /^\/dev\/pts\/\d+\r\n21 81\r\ngot word\r\n$/);
});

test("what the user got wrong is told in Docker's words", async () => {
  const root = join(fixture.folder, 'rootfs');
  await writeFile(join(root, 'bin/broken'), 'no program', { mode: 0o755 });
  const start = 'OCI runtime exec failed: unable to start container process: ';
  const cases: readonly (readonly [string[], Partial<ProcessSpec>, string])[] = [
    [['nope'], {}, 'exec: "nope": executable file not found in $PATH'],
    [['/nope'], {}, 'exec: "/nope": stat /nope: no such file or directory'],
    [['/etc'], {}, 'exec: "/etc": is a directory'],
    [['/bin/broken'], {}, 'exec /bin/broken: exec format error'],
    [[''], {}, 'exec: "": executable file not found in $PATH'],
    [
      ['true'],
      { cwd: '/nope' },
      'chdir to cwd ("/nope") set in config.json failed: no such file or directory',
    ],
  ];
  for (const [args, process, told] of cases) {
    await assert.rejects(enter(args, { process }), { message: `${start}${told}: unknown` });
  }
});

test('no folder outside can be had by a descriptor', async () => {
  await symlink('/proc/self/fd/4', join(fixture.folder, 'rootfs/hole'));
  const folders = [...Array(12).keys()].map((fd) => `/proc/self/fd/${fd}`);
  for (const cwd of [...folders, '/hole']) {
    await assert.rejects(enter(['true'], { process: { cwd } }), /chdir to cwd/, cwd);
  }
});

test('what the shim cannot do is left to the runtime, and nothing has run', async () => {
  const left = async (promise: Promise<unknown>, path: string) => {
    await assert.rejects(promise, (error) => {
      assert.ok(isNativeRefusal(error), String(error));
      assert.equal(((error as EngineError).cause as { path: string }).path, path);
      return true;
    });
  };
  for (const text of [
    '',
    'x',
    'arg=a\0',
    'cwd=/\0',
    'arg=a\0cwd=/\0what=1\0',
    'arg=a\0cwd=/\0uid=-1\0',
  ])
    await left(enter(['true'], { text }), 'plan');
  await left(enter(['true'], { filter: '/nope' }), 'filter');
  const few = await fixture.run({
    args: ['sleep', '1000'],
    edit: (spec) => {
      spec.linux.resources.pids = { limit: 1 };
    },
  });
  if (kernel.cgroups.host.layout !== 'v2') await left(enter(['true'], {}, few), 'clone');
});
