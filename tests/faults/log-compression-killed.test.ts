import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, TestDaemon } from '@berth/testing';

/** As fast as a shell counts: some rotations a second. */
const counting = 'i=0; while :; do i=$((i+1)); echo "number $i of a line of some length"; done';

test('a daemon that is killed while it compresses loses no line and leaves nothing behind', async () => {
  await using daemon = await TestDaemon.start();
  const options = ['max-size=200k', 'max-file=1000', 'compress=true'];
  const run = [
    'run',
    '-d',
    '--name',
    'counts',
    ...options.flatMap((option) => ['--log-opt', option]),
  ];
  await daemon.dockerOk([...run, 'busybox', 'sh', '-c', counting]);
  const id = await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'counts']);
  const files = async () =>
    (await readdir(path.join(daemon.dataRoot, 'containers', id)))
      .filter((name) => name.startsWith(`${id}-json.log`))
      .map((name) => name.slice(`${id}-json.log`.length));
  const compressed = async () => (await files()).filter((name) => name.endsWith('.gz')).length;
  for (let round = 0; round < 3; round++) {
    const before = await compressed();
    await eventually(async () => assert.ok((await compressed()) > before), 30_000);
    // Some place in the middle of the work, another one each time.
    await delay(round * 11);
    await daemon.stopProcess('SIGKILL');
    await daemon.startProcess();
  }
  await daemon.dockerOk(['kill', 'counts']);
  await eventually(async () => {
    const left = (await files()).filter((name) => !/^(\.\d+\.gz)?$/.test(name));
    assert.deepEqual(left, []);
  }, 60_000);
  const numbers = (await daemon.dockerOk(['logs', 'counts']))
    .split('\n')
    .map((line) => Number(line.split(' ')[1]));
  const last = numbers.at(-1) ?? 0;
  assert.ok(last > 3_000, String(last));
  assert.deepEqual(
    numbers,
    Array.from({ length: last }, (_, index) => index + 1),
  );
});
