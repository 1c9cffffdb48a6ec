import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readExecExitFile } from '@berth/runtime/shim/index.ts';
import { eventually } from '@berth/testing';
import { readAll, ShimFixture, type TestContainer, unframe } from './shim-fixture.ts';

let fixture: ShimFixture;
let container: TestContainer;
const execExits = new Map<string, number>();
before(async () => {
  fixture = await ShimFixture.create();
  container = await fixture.run({ args: ['sleep', '1000'] });
  container.shim.onExecExit(({ execId, exitCode }) => execExits.set(execId, exitCode));
});
after(() => fixture[Symbol.asyncDispose]());

let count = 0;
async function exec(args: readonly string[], mode: 'pipes' | 'tty' | 'detached' = 'pipes') {
  const execId = `exec${++count}`;
  const tty = mode === 'tty';
  const detach = mode === 'detached';
  const processFile = await fixture.processFile(container, args, tty);
  const streams = { stdin: true, stdout: true, stderr: true };
  const result = await container.shim.exec({
    execId,
    program: { processFile },
    tty,
    detach,
    ...streams,
  });
  return { execId, ...result };
}

async function exitOf(execId: string): Promise<number> {
  await eventually(() => assert.ok(execExits.has(execId), `no exit of ${execId}`));
  return execExits.get(execId) ?? -1;
}

test('streams, half-close and exit code of an exec', async () => {
  const { execId, pid, stream } = await exec(['sh', '-c', 'cat; echo err >&2; exit 5']);
  assert.ok(pid > 1 && stream !== undefined);
  stream.end('input\n');
  assert.deepEqual(unframe(await readAll(stream)), { stdout: 'input\n', stderr: 'err\n' });
  assert.equal(await exitOf(execId), 5);
  assert.equal(await readExecExitFile(container.bundle, execId), undefined);
});

test('an exec on a terminal', async () => {
  const { execId, stream } = await exec(['sh', '-c', 'read x; stty size; echo "$x"'], 'tty');
  assert.ok(stream);
  await container.shim.resize({ execId }, 20, 60);
  stream.write('word\n');
  const text = (await readAll(stream)).toString();
  assert.match(text, /20 60\r\nword\r\n$/);
  assert.equal(await exitOf(execId), 0);
});

test('a detached exec, seen in the state and killed', async () => {
  const { execId, pid, stream } = await exec(['sleep', '1000'], 'detached');
  assert.equal(stream, undefined);
  assert.deepEqual((await container.shim.state()).execs, [{ execId, pid }]);
  const again = {
    execId,
    program: { processFile: '/x' },
    tty: false,
    stdin: false,
    stdout: false,
    stderr: false,
  };
  await assert.rejects(container.shim.exec({ ...again, detach: true }), {
    code: 'runtime.shim-exec-exists',
  });
  await container.shim.kill({ execId }, 15);
  assert.equal(await exitOf(execId), 143);
  await assert.rejects(container.shim.kill({ execId }, 15), { code: 'runtime.shim-no-process' });
});

test('a program that does not exist', async () => {
  for (const mode of ['pipes', 'detached'] as const)
    await assert.rejects(exec(['nope'], mode), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'runtime.shim-exec-failed');
      assert.match(
        error.message,
        /OCI runtime exec failed: .*executable file (`nope` )?not found in \$PATH/,
      );
      return true;
    });
});

test('a client that leaves ends the input of its exec, not the exec', async () => {
  const { execId, stream } = await exec(['sh', '-c', 'cat >/dev/null; exit 9']);
  stream?.destroy();
  assert.equal(await exitOf(execId), 9);
});

test('many execs at once', async () => {
  const outputs = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const { stream } = await exec(['echo', `n${index}`]);
      assert.ok(stream);
      return unframe(await readAll(stream)).stdout;
    }),
  );
  assert.deepEqual(
    outputs,
    Array.from({ length: 12 }, (_, index) => `n${index}\n`),
  );
});

test('an exec that ends while nobody is connected leaves a record', async () => {
  const apart = await fixture.run({ args: ['sleep', '1000'] });
  const processFile = await fixture.processFile(apart, ['sh', '-c', 'sleep 0.1; exit 8']);
  const streams = { tty: false, stdin: false, stdout: false, stderr: false, detach: true };
  await apart.shim.exec({ execId: 'alone', program: { processFile }, ...streams });
  apart.shim.close();
  await eventually(async () => assert.equal(await readExecExitFile(apart.bundle, 'alone'), 8));
  const adopted = await fixture.launcher.adopt(apart.bundle);
  await adopted.shutdown();
  await adopted.gone;
});

test('a probe answers once, with its exit code and the beginning of its output', async () => {
  const probe = async (script: string, timeout = 60_000) => {
    const execId = `probe${++count}`;
    const processFile = await fixture.processFile(container, ['sh', '-c', script]);
    return container.shim.probe({ execId, program: { processFile }, timeout });
  };
  assert.deepEqual(await probe('cat; echo out; echo err >&2; exit 3'), {
    exitCode: 3,
    late: false,
    output: 'out\nerr\n',
    cut: false,
  });
  const long = await probe('yes | head -c 300000');
  assert.deepEqual([long.exitCode, long.output.length, long.cut], [0, 4096, true]);
  // What it leaves behind holds its output open and delays nothing.
  const late = await probe('sleep 1000 & echo begun; wait', 500);
  assert.equal(late.late, true);
  assert.ok(['', 'begun\n'].includes(late.output));
  await assert.rejects(
    container.shim.probe({ execId: 'none', program: { processFile: '/none' }, timeout: 1000 }),
    /exec failed/,
  );
  const { execs } = await container.shim.state();
  assert.deepEqual(execs, []);
  assert.ok([...execExits.keys()].every((id) => !id.startsWith('probe')));
});

test('the end of the container ends its execs', async () => {
  const { execId } = await exec(['sleep', '1000'], 'detached');
  await container.shim.kill('container', 9);
  assert.equal((await container.shim.exit).code, 137);
  assert.equal(await exitOf(execId), 137);
  await container.shim.gone;
});
