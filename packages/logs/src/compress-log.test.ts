import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { compressRotatedLogs } from './compress-log.ts';
import { readLogs } from './read-logs.ts';

let folder: string;
let log: string;
let count = 0;
const lockFree = { tryLock: () => true };
const { signal } = new AbortController();
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'berth-compress-'));
});
after(() => rm(folder, { recursive: true }));
beforeEach(() => {
  log = path.join(folder, `${++count}.log`);
});

const firstSecond = 1_700_000_000;

/** Lines of the compact format, numbered, one a second. */
function lines(from: number, to: number): string {
  return Array.from(
    { length: to - from },
    (_, index) => `o${firstSecond + from + index}000000000\tline ${from + index}\n`,
  ).join('');
}

function texts(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`);
}

async function read(options: object = {}): Promise<string[]> {
  const read: string[] = [];
  for await (const { line } of readLogs({ path: log, stdout: true, stderr: true, ...options })) {
    read.push(line.toString());
  }
  return read;
}

async function names(): Promise<string[]> {
  const own = `${path.basename(log)}`;
  return (await readdir(folder)).filter((name) => name.startsWith(own)).sort();
}

test('compressed files are read like others: all, from the end, from a time', async () => {
  await writeFile(`${log}.2`, lines(0, 40_000));
  await writeFile(`${log}.1`, lines(40_000, 50_000));
  await writeFile(log, lines(50_000, 50_010));
  const plain = await readFile(`${log}.2`, 'utf8');
  await compressRotatedLogs(log, lockFree, signal);
  const base = path.basename(log);
  assert.deepEqual(await names(), [base, `${base}.1.gz`, `${base}.2.gz`]);
  assert.deepEqual(await read(), texts(0, 50_010));
  for (const tail of [5, 10, 11, 10_010, 10_011, 30_000]) {
    assert.deepEqual(await read({ tail }), texts(50_010 - tail, 50_010));
  }
  for (const second of [0, 17_123, 39_999, 40_000, 49_999, 50_005]) {
    const since = BigInt(firstSecond + second) * 1_000_000_000n;
    assert.deepEqual(await read({ since }), texts(second, 50_010));
  }
  assert.equal(execFileSync('zcat', [`${log}.2.gz`], { maxBuffer: 1 << 28 }).toString(), plain);
});

test('a reader that has a file open goes on behind it when it was compressed and renamed', async () => {
  await writeFile(`${log}.1`, lines(0, 20_000));
  await writeFile(log, lines(20_000, 20_001));
  const stop = Promise.withResolvers<void>();
  const seen: string[] = [];
  const options = { path: log, stdout: true, stderr: true, follow: true, stopped: stop.promise };
  let next = 20_001;
  for await (const { line } of readLogs(options)) {
    seen.push(line.toString());
    if (seen.length === 20_001) {
      // Two rotations, and what was current is compressed, before the reader looks again.
      await rename(`${log}.1`, `${log}.3`);
      await rename(log, `${log}.2`);
      await writeFile(`${log}.1`, lines(next, next + 1));
      await writeFile(log, lines(next + 1, next + 2));
      next += 2;
      await compressRotatedLogs(log, lockFree, signal);
    }
    if (seen.length === next) stop.resolve();
  }
  assert.deepEqual(seen, texts(0, 20_003));
});

test('rotation that overtakes: the file goes where its name is by then', async () => {
  await writeFile(`${log}.1`, lines(0, 10));
  await writeFile(log, lines(10, 20));
  let shifted: Promise<void> | undefined;
  const busyOnce = {
    tryLock: () => {
      if (shifted !== undefined) return true;
      shifted = rename(`${log}.1`, `${log}.2`)
        .then(() => rename(log, `${log}.1`))
        .then(() => writeFile(log, lines(20, 30)));
      return false;
    },
  };
  await compressRotatedLogs(log, busyOnce, signal);
  await shifted;
  const base = path.basename(log);
  assert.deepEqual(await names(), [base, `${base}.1.gz`, `${base}.2.gz`]);
  assert.deepEqual(await read(), texts(0, 30));
});

test('an abort, and a kill between the two renames, leave a log that reads the same', async () => {
  await writeFile(`${log}.1`, lines(0, 30_000));
  await writeFile(log, lines(30_000, 30_001));
  const abort = new AbortController();
  const aborted = compressRotatedLogs(log, lockFree, abort.signal);
  abort.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  const base = path.basename(log);
  assert.deepEqual(await names(), [base, `${base}.1`]);
  const plain = await readFile(`${log}.1`);
  await compressRotatedLogs(log, lockFree, signal);
  await writeFile(`${log}.1`, plain);
  await writeFile(`${log}.compressing`, 'cut off');
  assert.deepEqual(await read(), texts(0, 30_001));
  await compressRotatedLogs(log, lockFree, signal);
  assert.deepEqual(await names(), [base, `${base}.1.gz`]);
  assert.deepEqual(await read(), texts(0, 30_001));
});

test('a damaged block costs its lines and no others; what is no compressed log is left out', async () => {
  await writeFile(`${log}.1`, lines(0, 40_000));
  await writeFile(`${log}.2.gz`, 'somebody else');
  await writeFile(log, '');
  await compressRotatedLogs(log, lockFree, signal);
  {
    await using file = await open(`${log}.1.gz`, 'r+');
    await file.write(Buffer.alloc(64, 0xff), 0, 64, 1000);
  }
  const left = await read();
  assert.ok(left.length > 20_000 && left.length < 40_000, String(left.length));
  assert.deepEqual(left.slice(1), texts(40_000 - left.length + 1, 40_000));
});

test('the compact format keeps every byte, pieces and attributes', async () => {
  const head = `1700000000123456789`;
  await writeFile(
    log,
    `o${head}\ta\tb\0c\nE${head}{"tag":"x\\ty"}\tpiece\nX${head}\tno\no12\tno\n`,
  );
  await appendFile(log, Buffer.concat([Buffer.from(`o${head}\t`), Buffer.from([0xff, 0x0a])]));
  const records = [];
  for await (const record of readLogs({ path: log, stdout: true, stderr: true })) {
    records.push({ ...record, line: record.line.toString('latin1') });
  }
  const time = '2023-11-14T22:13:20.123456789Z';
  assert.deepEqual(records, [
    { stream: 'stdout', time, line: 'a\tb\0c\n', continues: false },
    { stream: 'stderr', time, line: 'piece', continues: false, attrs: { tag: 'x\ty' } },
    { stream: 'stdout', time, line: '\u00ff\n', continues: false },
  ]);
});
