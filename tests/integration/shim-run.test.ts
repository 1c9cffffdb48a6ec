import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readExitFile, type ShimFault } from '@berth/runtime/shim/index.ts';
import { readAll, readLog, ShimFixture, shimPath, unframe } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

test('a client attached before the start sees every byte, framed by stream', async () => {
  const { shim, logPath, exitFile } = await fixture.launch({
    args: ['sh', '-c', 'echo out; echo err >&2; exit 7'],
  });
  const stream = await shim.attach({ stdin: false, stdout: true, stderr: true });
  const output = readAll(stream);
  const { pid, startTime } = await shim.start();
  assert.ok(pid > 1 && startTime > 0);
  const exit = await shim.exit;
  assert.deepEqual([exit.code, exit.signal, exit.lost, exit.oomKilled], [7, 0, false, false]);
  assert.deepEqual(await readExitFile(exitFile), exit);
  assert.deepEqual(unframe(await output), { stdout: 'out\n', stderr: 'err\n' });
  await shim.gone;
  const log = await readLog(logPath);
  assert.deepEqual([log.stdout, log.stderr], ['out\n', 'err\n']);
});

test('death by a signal is reported as 128 + n', async () => {
  const { shim } = await fixture.run({ args: ['sleep', '1000'] });
  await shim.kill('container', 9);
  const exit = await shim.exit;
  assert.deepEqual([exit.code, exit.signal], [137, 9]);
  await shim.gone;
  await assert.rejects(shim.kill('container', 9), { code: 'runtime.shim-connection-lost' });
});

test('the end leaves neither socket nor runtime state', async () => {
  const { shim, bundle, id } = await fixture.run({ args: ['true'] });
  await shim.gone;
  assert.equal(existsSync(`${bundle}/shim.sock`), false);
  assert.equal(existsSync(`${fixture.folder}/state/${id}`), false);
  await assert.rejects(fixture.launcher.adopt(bundle), { code: 'runtime.shim-gone' });
});

test("a missing program is a typed fault with the runtime's words", async () => {
  const { shim, bundle } = await fixture.launch({ args: ['no-such-program'] });
  const stream = await shim.attach({ stdin: false, stdout: true, stderr: true });
  const output = readAll(stream);
  await assert.rejects(shim.start(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'runtime.shim-start-failed');
    assert.match(error.message, /executable file (`no-such-program` )?not found in \$PATH/);
    return true;
  });
  assert.equal((await output).length, 0);
  await shim.gone;
  assert.equal(existsSync(`${bundle}/exit.json`), false);
});

test('a missing root and a missing runtime are typed faults', async () => {
  const rootless = await fixture.launch({
    args: ['true'],
    edit: (spec) => {
      spec.root.path = '/nonexistent-root';
    },
  });
  await assert.rejects(rootless.shim.start(), { code: 'runtime.shim-start-failed' });
  await rootless.shim.gone;

  const { shim } = await fixture.launch({ args: ['true'], runtime: '/nonexistent/runtime' });
  await assert.rejects(shim.start(), (error: Error & { cause?: unknown }) => {
    const { op, stage, errno, path } = error.cause as ShimFault;
    assert.deepEqual(
      [op, stage, errno, path],
      ['start', 'runtime-exec', 'ENOENT', '/nonexistent/runtime'],
    );
    return true;
  });
  await shim.gone;
});

test('kills for want of memory are announced and stand in the exit record', async () => {
  const { shim, exitFile } = await fixture.launch({
    args: ['sh', '-c', 'sleep 0.2; dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 0.3; exit 3'],
    memory: 16 * 1024 * 1024,
  });
  const counts: number[] = [];
  shim.onOom(({ count }) => counts.push(count));
  await shim.start();
  const exit = await shim.exit;
  assert.deepEqual([exit.code, exit.oomKilled, exit.oomCount], [3, true, 1]);
  assert.deepEqual(counts, [1]);
  assert.deepEqual(await readExitFile(exitFile), exit);
});

test('without being held a shim starts by itself and tells its launcher', async () => {
  const { id, bundle, exitFile, shim } = await fixture.launch({ args: ['sh', '-c', 'exit 2'] });
  await shim.shutdown();
  await shim.gone;
  const child = await fixture.processes.spawn({
    command: shimPath,
    args: [
      ...['--id', id, '--bundle', bundle, '--runtime', fixture.runtime, '--log-driver', 'none'],
      ...['--runtime-root', join(fixture.folder, 'state'), '--exit-file', exitFile],
    ],
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const launcher = child.streams[3];
  assert.ok(launcher);
  const events = (await readAll(launcher)).toString().trim().split('\n');
  assert.deepEqual(
    events.map((line) => JSON.parse(line).event),
    ['ready', 'started', 'exit', 'gone'],
  );
});
