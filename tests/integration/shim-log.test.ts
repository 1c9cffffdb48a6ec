import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readLogs } from '@berth/logs';
import { eventually } from '@berth/testing';
import { readAll, readLog, ShimFixture, unframe } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

/** Runs `cat` over the input and gives its log file. */
async function logOf(input: Buffer | string, log: object = {}): Promise<string> {
  const { shim, logPath } = await fixture.run({ args: ['cat'], stdin: 'once', log });
  const stream = await shim.attach({ stdin: true, stdout: false, stderr: false });
  stream.end(input);
  await shim.exit;
  await shim.gone;
  return logPath;
}

function entries(path: string): { log: string; stream: string; time: string; attrs?: object }[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => JSON.parse(line));
}

test("lines are escaped as Docker's writer does it", async () => {
  const input = Buffer.concat([
    Buffer.from('tab\t quote" back\\ cr\r esc\u001b <&> \u2028\u2029 é€𝄞 del\u007f\n'),
    Buffer.from([0xff, 0x41, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9d, 0x84, 0x0a]),
  ]);
  const text = readFileSync(await logOf(input), 'utf8').split('\n');
  assert.match(
    text[0] ?? '',
    /^\{"log":"tab\\u0009 quote\\" back\\\\ cr\\r esc\\u001b \\u003c\\u0026\\u003e \\u2028\\u2029 é€𝄞 del\u007f\\n","stream":"stdout","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z"\}$/,
  );
  assert.match(
    text[1] ?? '',
    /^\{"log":"\\ufffdA\\ufffd\(\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\n",/,
  );
});

test('long lines are cut into pieces of 16 KiB that share a time', async () => {
  const long = 'x'.repeat(40000);
  const logged = entries(await logOf(`${long}\nshort\nno end`));
  assert.deepEqual(
    logged.map(({ log }) => log.length),
    [16384, 16384, 40000 - 32768 + 1, 6, 6],
  );
  assert.equal(logged.map(({ log }) => log).join(''), `${long}\nshort\nno end`);
  assert.equal(logged[0]?.time, logged[2]?.time);
});

test('a character is never cut in two', async () => {
  const input = `a${'€'.repeat(20000)}\n`;
  const logged = entries(await logOf(input));
  assert.equal(logged.map(({ log }) => log).join(''), input);
});

test('rotation keeps the given number of files and loses no line that it keeps', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}\n`);
  const path = await logOf(lines.join(''), { maxSizeBytes: 20_000, maxFiles: 3 });
  const files = [`${path}.2`, `${path}.1`, path];
  const kept = files.flatMap((file) => entries(file).map(({ log }) => log));
  assert.deepEqual(kept, lines.slice(-kept.length));
  for (const file of files.slice(0, 2)) {
    const { size } = statSync(file);
    assert.ok(size >= 20_000 && size < 20_100, `${file}: ${size}`);
  }
  assert.throws(() => statSync(`${path}.3`), { code: 'ENOENT' });
});

test('with a single file a full log starts anew', async () => {
  const path = await logOf('0123456789\n'.repeat(1000), { maxSizeBytes: 5000, maxFiles: 1 });
  assert.ok(statSync(path).size <= 5100);
  assert.throws(() => statSync(`${path}.1`), { code: 'ENOENT' });
});

test('attributes stand in every line', async () => {
  const [entry] = entries(await logOf('hello\n', { attrs: { tag: 'web', env: 'a"b' } }));
  assert.deepEqual(entry?.attrs, { env: 'a"b', tag: 'web' });
  assert.deepEqual(Object.keys(entry ?? {}), ['log', 'stream', 'attrs', 'time']);
});

test('without a log driver there is no file', async () => {
  const { shim, logPath } = await fixture.run({ args: ['echo', 'x'], log: { driver: 'none' } });
  await shim.gone;
  assert.throws(() => statSync(logPath), { code: 'ENOENT' });
});

test('a full disk drops log lines, never the container, and logging recovers', async () => {
  const folder = join(fixture.folder, 'small');
  await mkdir(folder);
  const mounted = await fixture.processes.run('/bin/mount', [
    '-t',
    'tmpfs',
    '-o',
    'size=64k',
    'none',
    folder,
  ]);
  assert.equal(mounted.code, 0, mounted.stderr);
  try {
    const path = join(folder, 'container.log');
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(40 * 1024));
    const { shim } = await fixture.launch({ args: ['cat'], stdin: 'once', log: { path } });
    const stream = await shim.attach({ stdin: true, stdout: true, stderr: true });
    const output = readAll(stream);
    await shim.start();
    const flood = 'some text that fills the disk\n'.repeat(3000);
    stream.write(flood);
    await eventually(async () => assert.ok((await shim.state()).logDroppedBytes > 100_000));
    for (const entry of entries(path)) assert.equal(entry.log, 'some text that fills the disk\n');
    await rm(join(folder, 'ballast'));
    stream.end('after\n');
    assert.equal((await shim.exit).code, 0);
    assert.equal(unframe(await output).stdout, `${flood}after\n`);
    assert.equal(entries(path).at(-1)?.log, 'after\n');
    await shim.gone;
  } finally {
    await fixture.processes.run('/bin/umount', [folder]);
  }
});

test('a log that was emptied by hand goes on', async () => {
  const { shim, logPath } = await fixture.run({
    args: ['cat'],
    stdin: 'once',
    log: { maxSizeBytes: 4000, maxFiles: 2 },
  });
  const stream = await shim.attach({ stdin: true, stdout: false, stderr: false });
  stream.write('before\n');
  await eventually(async () => assert.equal((await readLog(logPath)).stdout, 'before\n'));
  writeFileSync(logPath, '');
  stream.end('after\n');
  await shim.gone;
  assert.equal((await readLog(logPath)).stdout, 'after\n');
});

test('a follower misses nothing while the shim rotates', async () => {
  const log = { maxSizeBytes: 10_000, maxFiles: 500 };
  const { shim, logPath } = await fixture.launch({
    args: ['sh', '-c', 'i=0; while [ $i -lt 8000 ]; do echo $i; i=$((i+1)); done'],
    log,
  });
  const lines: string[] = [];
  const following = (async () => {
    const options = { path: logPath, stdout: true, stderr: true, follow: true, stopped: shim.exit };
    for await (const { line } of readLogs(options)) lines.push(line.toString());
  })();
  await shim.start();
  await following;
  assert.deepEqual(
    lines,
    Array.from({ length: 8000 }, (_, index) => `${index}\n`),
  );
});
