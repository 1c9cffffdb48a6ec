import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

/** OCI runtimes that fail in every way: the start is refused with the reason, and nothing of it stays. */

const folder = mkdtempSync(path.join(tmpdir(), 'berth-runtimes-'));
const real = 'runc';

/** What each runtime does, and what the client is told. */
const broken: Readonly<Record<string, readonly [script: string, told: RegExp]>> = {
  'says-why': ['echo "no space in the sky" >&2; exit 1', /no space in the sky/],
  'says-nothing': ['exit 3', /runtime failed \(.*says-nothing\)/],
  'ends-by-signal': ['kill -KILL $$', /runtime-killed failed \(.*ends-by-signal\)/],
  'starts-nothing': ['exit 0', /pid-file/],
  'is-no-program': ['', /OCI runtime|exec format error|ENOEXEC/],
};

let daemon: TestDaemon;

before(async () => {
  mkdirSync(folder, { recursive: true });
  const runtimes: Record<string, { path: string; runtimeArgs?: string[] }> = {
    'is-missing': { path: path.join(folder, 'is-missing') },
    'keeps-state': { path: path.join(folder, 'keeps-state') },
    chatters: { path: path.join(folder, 'chatters') },
    'chatters-and-fails': { path: path.join(folder, 'chatters'), runtimeArgs: ['fail'] },
  };
  for (const [name, [script]] of Object.entries(broken)) {
    const file = path.join(folder, name);
    writeFileSync(file, script === '' ? '\x7fELF nothing' : `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    runtimes[name] = { path: file };
  }
  const keeps = path.join(folder, 'keeps-state');
  writeFileSync(
    keeps,
    `#!/bin/sh\nfor word; do [ "$word" = delete ] && { echo "never" >&2; exit 1; }; done\nexec ${real} "$@"\n`,
  );
  chmodSync(keeps, 0o755);
  const chatters = path.join(folder, 'chatters');
  writeFileSync(
    chatters,
    `#!/bin/sh
for word; do case "$word" in
  run|exec) i=0; while [ $i -lt 32 ]; do printf '%08191d\\n' 0 >&2; i=$((i+1)); done;;
  fail) fails=1;;
esac; done
[ -z "$fails" ] || exit 1
exec ${real} "$@"
`,
  );
  chmodSync(chatters, 0o755);
  daemon = await TestDaemon.start({ config: { runtimes } });
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Folders of the exec root that belong to containers. */
function runtimeFolders(): string[] {
  return readdirSync(path.join(daemon.execRoot, 'containers'));
}

for (const [name, told] of [
  ...Object.entries(broken).map(([name, [, told]]) => [name, told] as const),
  ['is-missing', /no such file or directory|not found|ENOENT/] as const,
]) {
  test(`a runtime that ${name.replaceAll('-', ' ')}`, async () => {
    const failed = await daemon.docker([
      'run',
      '--name',
      name,
      '--runtime',
      name,
      'busybox',
      'true',
    ]);
    assert.ok([125, 126, 127].includes(failed.code ?? 0), `${failed.code} ${failed.stderr}`);
    assert.match(failed.stderr, told);
    assert.ok(failed.stderr.length < 20_000, 'the words of a runtime are bounded');
    const state = await daemon.dockerOk([
      'inspect',
      '-f',
      '{{.State.Status}} {{.State.Pid}}',
      name,
    ]);
    assert.equal(state, 'created 0');
    // That of the container before goes when its shim has ended, which `run --rm` does not wait for.
    await eventually(() => assert.deepEqual(runtimeFolders(), []));
    await daemon.dockerOk(['rm', name]);
    assert.equal(await daemon.dockerOk(['run', '--rm', 'busybox', 'echo', 'on']), 'on');
  });
}

test('a runtime that cannot delete what it made', async () => {
  const name = 'kept';
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    name,
    '--runtime',
    'keeps-state',
    'busybox',
    'sleep',
    '600',
  ]);
  await daemon.dockerOk(['rm', '-f', name]);
  await eventually(() => assert.deepEqual(runtimeFolders(), []));
  await daemon.dockerOk(['run', '--rm', '--name', name, 'busybox', 'true']);
});

test('a runtime that fills the pipe of its errors before it starts the container', async () => {
  const words = ['run', '-d', '--name', 'chatters', '--runtime', 'chatters', 'busybox'];
  await daemon.dockerOk([...words, 'sh', '-c', 'echo up; exec sleep 1000']);
  await eventually(async () => {
    const { stdout, stderr } = await daemon.docker(['logs', 'chatters']);
    // What the runtime said is in the log as the container's errors, and nothing of it is lost.
    assert.equal(stderr.split('\n').filter((line) => line.length === 8191).length, 32);
    assert.equal(stdout, 'up\n');
  });
  const fails = ['run', '-d', '--name', 'fails', '--runtime', 'chatters-and-fails'];
  const failed = await daemon.docker([...fails, 'busybox', 'true']);
  assert.equal(failed.code, 125);
  assert.match(failed.stderr, /runtime failed|0000/);
  assert.ok(failed.stderr.length < 20_000);
  const exec = await daemon.docker(['exec', 'chatters', 'echo', 'in']);
  assert.deepEqual([exec.code, exec.stdout], [0, 'in\n']);
  await daemon.dockerOk(['rm', '-f', 'chatters', 'fails']);
});
