import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@berth/testing';
import { readAll, readLog, ShimFixture, unframe } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

const all = { stdin: true, stdout: true, stderr: true };
const outputs = { stdin: false, stdout: true, stderr: true };

/** Counts and hashes the payload of stdout frames without keeping it. */
async function hashFrames(stream: Duplex): Promise<{ bytes: number; digest: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const end = 8 + rest.readUInt32BE(4);
      hash.update(rest.subarray(8, end));
      bytes += end - 8;
      rest = rest.subarray(end);
    }
  }
  assert.equal(rest.length, 0);
  return { bytes, digest: hash.digest('hex') };
}

test('100 MB go through cat unharmed and end with the half-close', async () => {
  const { shim } = await fixture.launch({ args: ['cat'], stdin: 'once', log: { driver: 'none' } });
  const stream = await shim.attach(all);
  const result = hashFrames(stream);
  await shim.start();
  const hash = createHash('sha256');
  const block = Buffer.alloc(1024 * 1024);
  for (let count = 0; count < 100; count++) {
    randomFillSync(block);
    hash.update(block);
    if (!stream.write(Buffer.from(block)))
      await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  const { bytes, digest } = await result;
  assert.equal(bytes, 100 * 1024 * 1024);
  assert.equal(digest, hash.digest('hex'));
  assert.equal((await shim.exit).code, 0);
});

test('input sent and ended before the start arrives', async () => {
  const { shim } = await fixture.launch({ args: ['cat'], stdin: 'once' });
  const stream = await shim.attach(all);
  stream.end('early\n');
  const output = readAll(stream);
  await shim.start();
  assert.equal(unframe(await output).stdout, 'early\n');
  assert.equal((await shim.exit).code, 0);
});

test('a half-closed client without stdin still gets the output', async () => {
  const { shim } = await fixture.launch({ args: ['sh', '-c', 'sleep 0.2; echo late'] });
  const stream = await shim.attach(outputs);
  stream.end();
  const output = readAll(stream);
  await shim.start();
  assert.equal(unframe(await output).stdout, 'late\n');
});

test('open stdin outlives its clients, stdin-once ends with the first', async () => {
  const open = await fixture.run({ args: ['cat'], stdin: 'open' });
  const first = await open.shim.attach(all);
  first.write('one\n');
  await new Promise((resolve) => first.once('data', resolve));
  first.destroy();
  const second = await open.shim.attach(all);
  second.end('two\n');
  await eventually(async () => assert.equal((await readLog(open.logPath)).stdout, 'one\ntwo\n'));
  assert.equal((await open.shim.state()).phase, 'running');
  await open.shim.closeStdin('container');
  assert.equal((await open.shim.exit).code, 0);
  second.destroy();

  const once = await fixture.run({ args: ['cat'], stdin: 'once' });
  const dropped = await once.shim.attach(all);
  dropped.write('x\n');
  await new Promise((resolve) => dropped.once('data', resolve));
  dropped.destroy();
  assert.equal((await once.shim.exit).code, 0);
});

test('every client sees what it chose', async () => {
  const { shim } = await fixture.launch({
    args: ['sh', '-c', 'for i in 1 2 3; do echo out$i; echo err$i >&2; done'],
  });
  const results = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const choice = { stdin: false, stdout: index % 3 !== 0, stderr: index % 3 !== 1 };
      const output = readAll(await shim.attach(choice));
      return { choice, output };
    }),
  );
  await shim.start();
  for (const { choice, output } of results)
    assert.deepEqual(unframe(await output), {
      stdout: choice.stdout ? 'out1\nout2\nout3\n' : '',
      stderr: choice.stderr ? 'err1\nerr2\nerr3\n' : '',
    });
});

test('a slow client slows the container, loses nothing and does not block control', async () => {
  const { shim, logPath } = await fixture.launch({
    args: [
      'sh',
      '-c',
      'i=0; while [ $i -lt 64 ]; do head -c 65535 /dev/zero; echo; i=$((i+1)); done',
    ],
    log: { driver: 'none' },
  });
  const slow = await shim.attach(outputs);
  await shim.start();
  await delay(300);
  assert.equal((await shim.state()).phase, 'running', 'the container waits for its reader');
  const other = await shim.attach(outputs);
  other.destroy();
  const { bytes } = await hashFrames(slow);
  assert.equal(bytes, 64 * 65536);
  assert.equal((await shim.exit).code, 0);
  assert.ok(logPath);
});

test('the exit does not wait for a client that does not read, and the client loses nothing', async () => {
  const { shim } = await fixture.launch({
    args: ['sh', '-c', 'head -c 230000 /dev/zero'],
    log: { driver: 'none' },
  });
  const stuck = await shim.attach(outputs);
  await shim.start();
  const exit = await Promise.race([shim.exit, delay(60_000, undefined, { ref: false })]);
  assert.equal(exit?.code, 0);
  await shim.gone;
  assert.equal((await hashFrames(stuck)).bytes, 230_000);
});

test('a client that goes away does not hold the container', async () => {
  const { shim } = await fixture.launch({
    args: ['sh', '-c', 'yes | head -c 3000000'],
    log: { driver: 'none' },
  });
  const stuck = await shim.attach(outputs);
  await shim.start();
  await delay(100);
  stuck.destroy();
  assert.equal((await shim.exit).code, 0);
});

test('a terminal is raw, can be resized and reports its size', async () => {
  const { shim } = await fixture.launch({
    args: ['sh', '-c', 'tty; read line; echo "got $line"; stty size'],
    tty: true,
    stdin: 'open',
  });
  const stream = await shim.attach(all);
  const output = readAll(stream);
  await shim.start();
  await shim.resize('container', 33, 101);
  stream.write('hello\n');
  const text = (await output).toString();
  assert.match(text, /\/dev\/pts\/0\r\n/);
  assert.match(text, /got hello\r\n33 101\r\n$/);
  assert.equal((await shim.exit).code, 0);
});

test('a grandchild that keeps the pipe delays the exit for a bounded time only', async () => {
  const started = Date.now();
  const { shim } = await fixture.run({
    args: ['sh', '-c', 'sleep 1000 & echo done; exit 3'],
    hostPid: true,
  });
  assert.equal((await shim.exit).code, 3);
  await shim.gone;
  assert.ok(Date.now() - started < 60_000);
});
