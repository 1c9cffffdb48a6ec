import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { LogRecord } from './log-record.ts';
import { type ReadLogsOptions, readLogs } from './read-logs.ts';

let folder: string;
let path: string;
let count = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-logs-'));
});
after(() => rm(folder, { recursive: true }));
beforeEach(() => {
  path = join(folder, `${++count}.log`);
});

function timeOf(second: number): string {
  return new Date(1_700_000_000_000 + second * 1000).toISOString().replace('.000Z', 'Z');
}

function nanosecondsOf(second: number): bigint {
  return 1_700_000_000_000_000_000n + BigInt(second) * 1_000_000_000n;
}

function entry(log: string, second = 0, stream = 'stdout'): string {
  return `${JSON.stringify({ log, stream, time: timeOf(second) })}\n`;
}

function entries(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => entry(`line ${from + i}\n`, from + i)).join(
    '',
  );
}

const both = { stdout: true, stderr: true };

async function read(options: Partial<ReadLogsOptions> = {}): Promise<string[]> {
  const records: LogRecord[] = [];
  for await (const record of readLogs({ path, ...both, ...options })) records.push(record);
  return records.map(({ line }) => line.toString());
}

test('a log that does not exist is empty', async () => {
  assert.deepEqual(await read(), []);
});

test('rotated files come first, oldest first', async () => {
  await writeFile(`${path}.2`, entries(0, 3));
  await writeFile(`${path}.1`, entries(3, 5));
  await writeFile(path, entries(5, 8));
  await writeFile(`${path}.tmp`, entries(100, 101));
  const expected = Array.from({ length: 8 }, (_, i) => `line ${i}\n`);
  assert.deepEqual(await read(), expected);
  for (let tail = 0; tail <= 9; tail++)
    assert.deepEqual(await read({ tail }), tail === 0 ? [] : expected.slice(-tail));
  assert.deepEqual(await read({ since: nanosecondsOf(4) }), expected.slice(4));
  assert.deepEqual(await read({ until: nanosecondsOf(5) }), expected.slice(0, 6));
  assert.deepEqual(await read({ since: nanosecondsOf(4), tail: 2 }), expected.slice(-2));
});

test('streams are selected after the tail is counted', async () => {
  await writeFile(path, entry('a\n') + entry('b\n', 0, 'stderr') + entry('c\n', 0, 'stderr'));
  assert.deepEqual(await read({ stderr: false }), ['a\n']);
  assert.deepEqual(await read({ stdout: false }), ['b\n', 'c\n']);
  assert.deepEqual(await read({ stderr: false, tail: 2 }), []);
});

test('damaged and unfinished lines are left out', async () => {
  const damaged = ['\0\0\0{}\n', '{"log":"x"}\n', 'null\n', '{"log":"y","stream":"stdout"\n'];
  await writeFile(path, `${entry('a\n')}${damaged.join('')}${entry('b\n')}{"log":"unfin`);
  assert.deepEqual(await read(), ['a\n', 'b\n']);
  assert.deepEqual(await read({ tail: 1 }), ['b\n']);
});

test('pieces of a line are marked', async () => {
  await writeFile(
    path,
    entry('aa') + entry('other\n', 0, 'stderr') + entry('bb') + entry('c\n') + entry('d\n'),
  );
  const marks: [string, boolean][] = [];
  for await (const { line, continues } of readLogs({ path, ...both }))
    marks.push([line.toString(), continues]);
  assert.deepEqual(marks, [
    ['aa', false],
    ['other\n', false],
    ['bb', true],
    ['c\n', true],
    ['d\n', false],
  ]);
});

test('since finds its place in a big file', async () => {
  const total = 40_000;
  await writeFile(path, entries(0, total));
  for (const second of [0, 1, 17_123, 31_999, total - 1]) {
    const found = await read({ since: nanosecondsOf(second) });
    assert.equal(found.length, total - second);
    assert.equal(found[0], `line ${second}\n`);
  }
});

/** Collects while following; `next(n)` resolves when n records have come. */
function follow(options: Partial<ReadLogsOptions> = {}) {
  const lines: string[] = [];
  const stop = Promise.withResolvers<void>();
  let wake = Promise.withResolvers<void>();
  const done = (async () => {
    const all = { path, ...both, follow: true, stopped: stop.promise, ...options };
    for await (const { line } of readLogs(all)) {
      lines.push(line.toString());
      wake.resolve();
      wake = Promise.withResolvers();
    }
  })();
  const next = async (number: number) => {
    while (lines.length < number) await wake.promise;
  };
  return { lines, done, next, stop: stop.resolve };
}

test('following goes on through appends, rotation and truncation, and ends after the last entry', async () => {
  await writeFile(path, entry('1\n'));
  const following = follow();
  await following.next(1);
  const second = entry('2\n');
  await appendFile(path, second.slice(0, 10));
  await appendFile(path, second.slice(10));
  await following.next(2);
  await appendFile(path, entry('3\n'));
  await rename(path, `${path}.1`);
  await writeFile(path, entry('4, longer than what comes\n'));
  await following.next(4);
  // A file that is as long again before anybody looks is not known to have been truncated.
  await truncate(path, 0);
  await appendFile(path, entry('5\n'));
  await following.next(5);
  await appendFile(path, entry('6\n'));
  following.stop();
  await following.done;
  assert.deepEqual(following.lines, [
    '1\n',
    '2\n',
    '3\n',
    '4, longer than what comes\n',
    '5\n',
    '6\n',
  ]);
});

test('several rotations at once lose nothing', async () => {
  await writeFile(path, entry('1\n'));
  const following = follow();
  await following.next(1);
  for (let number = 2; number <= 4; number++) {
    for (let place = number - 2; place >= 1; place--)
      await rename(`${path}.${place}`, `${path}.${place + 1}`);
    await rename(path, `${path}.1`);
    await writeFile(path, entry(`${number}\n`));
  }
  following.stop();
  await following.done;
  assert.deepEqual(following.lines, ['1\n', '2\n', '3\n', '4\n']);
});

test('following a log that appears later', async () => {
  const following = follow();
  await writeFile(path, entry('first\n'));
  await following.next(1);
  following.stop();
  await following.done;
  assert.deepEqual(following.lines, ['first\n']);
});

test('a tail of nothing leaves out what is there', async () => {
  await writeFile(path, entry('old\n'));
  const following = follow({ tail: 0 });
  const first = following.next(1);
  let written = 0;
  while (
    (await Promise.race([first, appendFile(path, entry('new\n')).then(() => 'more')])) === 'more'
  )
    written += 1;
  following.stop();
  await following.done;
  assert.ok(following.lines.length <= written + 1);
  assert.equal(following.lines.includes('old\n'), false);
});

test('an aborted reading ends without an error', async () => {
  await writeFile(path, entry('1\n'));
  const abort = new AbortController();
  const following = follow({ signal: abort.signal });
  await following.next(1);
  abort.abort();
  await following.done;
});

test('a reader that leaves early closes the files', async () => {
  await writeFile(path, entries(0, 10));
  for await (const record of readLogs({ path, ...both, follow: true })) {
    assert.equal(record.line.toString(), 'line 0\n');
    break;
  }
});

test('following with until ends by itself', async () => {
  await writeFile(path, entry('old\n'));
  const until = BigInt(Date.now()) * 1_000_000n;
  const following = follow({ until });
  await following.done;
  assert.deepEqual(following.lines, ['old\n']);
});

test('a file that cannot be read is a typed error', async () => {
  await assert.rejects(read({ path: folder }), { code: 'logs.read-failed' });
});

test('since looks at the records of rotated files, and not at when the files were changed', async () => {
  for (const number of [3, 2, 1]) {
    const from = (3 - number) * 1000;
    await writeFile(`${path}.${number}`, entries(from, from + 1000));
    await utimes(`${path}.${number}`, number, number);
  }
  await writeFile(path, entries(3000, 3010));
  for (const second of [0, 500, 999, 1000, 1999, 2500, 3000, 3009]) {
    const found = await read({ since: nanosecondsOf(second) });
    assert.equal(found.length, 3010 - second);
    assert.equal(found[0], `line ${second}\n`);
  }
  // A piece that ends a long line has the time of its beginning, also behind a rotation.
  await writeFile(path, entry('end of line 0\n', 0) + entries(3000, 3010));
  assert.equal((await read({ since: nanosecondsOf(2500) })).length, 510);
});
