import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { createEngineClient } from '@berth/engine-client';
import { eventually, TestDaemon } from '@berth/testing';

const mebibyte = 1 << 20;

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

/** Bytes that the process has written so far (proc_pid_io(5)). */
function written(pid: number): number {
  const found = /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'));
  return Number(found?.[1]);
}

function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) * 1024;
}

async function flood(name: string, options: readonly string[]): Promise<number> {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    name,
    ...options,
    'busybox',
    'yes',
    'x'.repeat(120),
  ]);
  return Number(await daemon.dockerOk(['inspect', '-f', '{{.State.Pid}}', name]));
}

/** Followers that take a first piece and then nothing any more. */
async function stuckFollowers(name: string, count: number): Promise<AbortController> {
  const engine = createEngineClient({ host: daemon.host });
  const stop = new AbortController();
  for (let index = 0; index < count; index++) {
    const { body } = await engine.stream('GET', `/containers/${name}/logs`, {
      query: { follow: true, stdout: true },
      signal: stop.signal,
    });
    body.on('error', () => undefined);
    await new Promise((resolve) => body.once('readable', resolve));
  }
  return stop;
}

for (const options of [
  ['--log-opt', 'max-size=2m', '--log-opt', 'max-file=3', '--log-opt', 'compress=true'],
  ['--log-driver', 'local', '--log-opt', 'max-size=2m', '--log-opt', 'mode=non-blocking'],
]) {
  test(`a flood with followers that stand still: ${options.join(' ')}`, async () => {
    const pid = await flood('flood', options);
    const before = residentBytes(daemon.pid);
    const stop = await stuckFollowers('flood', 10);
    try {
      // Far more than all that stands between the container and a follower.
      const from = written(pid);
      await eventually(() => assert.ok(written(pid) - from > 300 * mebibyte), 60_000);
      const grown = residentBytes(daemon.pid) - before;
      assert.ok(grown < 200 * mebibyte, `the daemon has grown by ${grown / mebibyte} MiB`);
      assert.equal(await daemon.dockerOk(['run', '--rm', 'busybox', 'echo', 'beside']), 'beside');
      const [line = ''] = (await daemon.dockerOk(['logs', '--tail', '1', 'flood'])).split('\n');
      assert.match(line, /^x+$/);
    } finally {
      stop.abort();
    }
    await daemon.dockerOk(['rm', '-f', 'flood']);
  });
}
