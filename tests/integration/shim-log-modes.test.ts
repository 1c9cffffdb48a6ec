import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLinuxKernel } from '@berth/kernel/linux/linux-kernel.ts';
import { readLogs } from '@berth/logs';
import { eventually } from '@berth/testing';
import { ShimFixture } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

const counting = (count: number) => `i=0; while [ $i -lt ${count} ]; do echo n$i; i=$((i+1)); done`;

/** Runs `cat` over the input and gives its log file. */
async function logOf(input: Buffer | string, log: object): Promise<string> {
  const { shim, logPath } = await fixture.run({ args: ['cat'], stdin: 'once', log });
  const stream = await shim.attach({ stdin: true, stdout: false, stderr: false });
  stream.end(input);
  await shim.exit;
  await shim.gone;
  return logPath;
}

async function recordsOf(path: string) {
  const records = [];
  for await (const record of readLogs({ path, stdout: true, stderr: true })) records.push(record);
  return records;
}

test('the compact format keeps every byte', async () => {
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
  const input = Buffer.concat([bytes, Buffer.alloc(40_000, 'x'), Buffer.from('\nend')]);
  const path = await logOf(input, { driver: 'local', attrs: { tag: 'web' } });
  const records = await recordsOf(path);
  assert.deepEqual(Buffer.concat(records.map(({ line }) => line)), input);
  assert.ok(records.every(({ attrs, stream }) => attrs?.['tag'] === 'web' && stream === 'stdout'));
  assert.match(readFileSync(path, 'latin1'), /\nO\d{19}\{"tag":"web"\}\tend\n$/);
  assert.ok(Math.abs(Date.parse(records[0]?.time ?? '') - Date.now()) < 60_000);
});

test('rotation takes compressed files along, and the oldest goes whichever it is', async () => {
  const { shim, logPath } = await fixture.launch({
    args: ['sh', '-c', counting(300)],
    log: { driver: 'local', maxSizeBytes: 4000, maxFiles: 3, tellRotations: true },
  });
  await writeFile(`${logPath}.1.gz`, 'first');
  await writeFile(`${logPath}.2.gz`, 'older');
  await writeFile(`${logPath}.2`, 'oldest');
  let told = 0;
  shim.onLogRotated(() => {
    told += 1;
  });
  await shim.start();
  await shim.exit;
  await eventually(() => assert.ok(existsSync(`${logPath}.2`) || existsSync(`${logPath}.2.gz`)));
  const texts = (await recordsOf(logPath)).map(({ line }) => line.toString());
  assert.deepEqual(
    texts,
    Array.from({ length: texts.length }, (_, index) => `n${300 - texts.length + index}\n`),
  );
  assert.equal(existsSync(`${logPath}.1.gz`), false);
  await shim.gone;
  assert.ok(told <= 1, String(told));
});

test('while the folder is locked nothing is rotated, nothing waits and nothing is lost', async () => {
  const { files } = createLinuxKernel();
  const { shim, logPath } = await fixture.launch({
    args: ['sh', '-c', `${counting(500)}; read x; echo last`],
    stdin: 'open',
    log: { maxSizeBytes: 4000, maxFiles: 2 },
  });
  {
    await using folder = await open(dirname(logPath), constants.O_RDONLY | constants.O_DIRECTORY);
    assert.ok(files.tryLock(folder.fd));
    await shim.start();
    await eventually(async () => assert.equal((await recordsOf(logPath)).length, 500));
    assert.equal(existsSync(`${logPath}.1`), false);
    assert.ok(statSync(logPath).size > 20_000);
  }
  const stream = await shim.attach({ stdin: true, stdout: false, stderr: false });
  stream.end('\n');
  await shim.exit;
  assert.equal((await recordsOf(`${logPath}.1`)).length, 500);
  assert.deepEqual((await recordsOf(logPath)).at(-1)?.line.toString(), 'last\n');
  await shim.gone;
});

test('non-blocking: a disk that hangs keeps no container waiting, and whole lines are dropped', async () => {
  const path = join(fixture.folder, 'hanging.log');
  const made = await fixture.processes.run('/usr/bin/mkfifo', [path]);
  assert.equal(made.code, 0, made.stderr);
  // A pipe that nobody empties: who writes to it waits for ever.
  const held = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const { shim } = await fixture.launch({
    args: ['sh', '-c', 'yes some line | head -c 4000000; echo done >&2'],
    log: { driver: 'local', path, bufferBytes: 65_536 },
  });
  try {
    await shim.start();
    assert.equal((await shim.exit).code, 0);
  } finally {
    await using reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    closeSync(held);
    let text = '';
    await eventually(async () => {
      const { buffer, bytesRead } = await reader.read(Buffer.alloc(65_536));
      text += buffer.toString('latin1', 0, bytesRead);
      // The end: the writer has gone.
      assert.equal(bytesRead, 0);
    });
    const lines = text.split('\n').slice(0, -1);
    assert.ok(lines.length > 1000 && lines.length < 100_000, String(lines.length));
    for (const line of lines) assert.match(line, /^o\d{19}\tsome line$/);
  }
  await shim.gone;
  await rm(path);
});

test('non-blocking: with a disk that keeps up nothing is lost, and rotation is told of', async () => {
  const { shim, logPath } = await fixture.launch({
    args: ['sh', '-c', `${counting(3000)}; read x`],
    stdin: 'open',
    log: { maxSizeBytes: 100_000, maxFiles: 9, bufferBytes: 1 << 20, tellRotations: true },
  });
  let told = 0;
  shim.onLogRotated(() => {
    told += 1;
  });
  await shim.start();
  await eventually(() => assert.ok(told > 0));
  assert.equal((await shim.state()).logDroppedBytes, 0);
  const stream = await shim.attach({ stdin: true, stdout: false, stderr: false });
  stream.end('\n');
  await shim.exit;
  const texts = (await recordsOf(logPath)).map(({ line }) => line.toString());
  assert.deepEqual(
    texts,
    Array.from({ length: 3000 }, (_, index) => `n${index}\n`),
  );
  await shim.gone;
});

test('hold: the container waits until the oldest file was removed, and nothing is lost', async () => {
  const { shim, logPath } = await fixture.run({
    args: ['sh', '-c', counting(2000)],
    log: { driver: 'local', maxSizeBytes: 2000, maxFiles: 3, hold: true },
  });
  const texts: string[] = [];
  let ended = false;
  void shim.exit.then(() => {
    ended = true;
  });
  await eventually(async () => {
    if (existsSync(`${logPath}.2`)) {
      texts.push(...(await recordsOf(`${logPath}.2`)).map(({ line }) => line.toString()));
      await rm(`${logPath}.2`);
    }
    assert.ok(ended && !existsSync(`${logPath}.2`));
  }, 60_000);
  texts.push(...(await recordsOf(logPath)).map(({ line }) => line.toString()));
  assert.deepEqual(
    texts,
    Array.from({ length: 2000 }, (_, index) => `n${index}\n`),
  );
  await shim.gone;
});

/** Processes with this title, as /proc/PID/cmdline shows it. */
function processesTitled(title: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(title);
      } catch {
        return false;
      }
    });
}

test('non-blocking: a writer that is killed is replaced, and the log goes on in whole lines', async () => {
  const { id, shim, logPath } = await fixture.run({
    args: ['sh', '-c', 'i=0; while :; do i=$((i+1)); echo n$i; sleep 0.01; done'],
    log: { driver: 'local', bufferBytes: 1 << 20 },
  });
  const numbers = async () =>
    (await recordsOf(logPath)).map(({ line }) => Number(line.toString().slice(1)));
  await eventually(async () => assert.ok((await numbers()).length > 10));
  const [writer] = processesTitled(`berth-shim-log ${id.slice(0, 12)}`);
  assert.ok(writer !== undefined);
  process.kill(writer, 'SIGKILL');
  const before = (await numbers()).length;
  await eventually(async () => assert.ok((await numbers()).length > before + 20));
  const found = await numbers();
  assert.deepEqual(
    found.filter((number, index) => index > 0 && number <= (found[index - 1] ?? 0)),
    [],
  );
  await shim.kill('container', 9);
  await shim.exit;
  await shim.gone;
});
