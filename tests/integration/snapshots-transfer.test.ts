import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isEngineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { sha256Of } from '@berth/oci';
import { WorkerLayerTransfer, WorkerPool } from '@berth/snapshots';
import { treeFacts } from '@berth/snapshots/testsuite/file-facts.ts';
import { directory, tarOf } from '@berth/tar/testsuite/tar-archive.ts';

const { files, mounts } = createLinuxKernel();
const transfer = new WorkerLayerTransfer();
let root: string;
let target: string;

before(() => {
  process.umask(0);
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-transfer-'));
  target = join(root, 'target');
  mkdirSync(target);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

after(async () => {
  await transfer[Symbol.asyncDispose]();
});

const archive = tarOf([
  directory('d'),
  { name: 'd/random', content: randomBytes(3 << 20) },
  { name: 'd/zeros', content: Buffer.alloc(5 << 20) },
]);

/** A tree with one of everything that tar can hold. */
function makeTree(path: string): void {
  mkdirSync(join(path, 'sub/empty'), { recursive: true });
  writeFileSync(join(path, 'file'), randomBytes(100_000));
  writeFileSync(join(path, `sub/${'n'.repeat(150)}`), 'long');
  writeFileSync(Buffer.from(`${path}/sub/caf\xe9`, 'latin1'), 'not utf-8', { mode: 0o4711 });
  linkSync(join(path, 'file'), join(path, 'sub/hard'));
  symlinkSync('t'.repeat(200), join(path, 'link'));
  writeFileSync(join(path, 'sparse'), 'x');
  truncateSync(join(path, 'sparse'), 100 << 20);
  files.mknod(join(path, 'null'), 'char', 0o666, 1, 3);
  files.mknod(join(path, 'pipe'), 'fifo', 0o644, 0, 0);
  files.setXattr(join(path, 'file'), 'user.key', Buffer.from('value\0'));
  files.setTimes(join(path, 'sub'), [1, 5], [1_500_000_000, 987_654_321]);
}

describe('layer transfer', () => {
  it('hashes both ways, copies and unpacks in one pass, from files and streams', async () => {
    for (const [compression, source] of [
      ['none', archive],
      ['gzip', gzipSync(archive)],
      ['zstd', zstdCompressSync(archive)],
    ] as const) {
      const outer = join(root, `outer-${compression}`);
      writeFileSync(outer, Buffer.concat([Buffer.alloc(777, 'a'), source, Buffer.alloc(99, 'b')]));
      const plain = join(root, `plain-${compression}`);
      writeFileSync(plain, source);
      const inputs = [
        { source: plain },
        { source: outer, range: [777, source.length] as const },
        { source: createReadStream(plain, { highWaterMark: 10_000 }) },
        { source: Readable.from([source.subarray(0, 1), source.subarray(1)]) },
      ];
      for (const [index, input] of inputs.entries()) {
        const copyTo = join(root, `copy-${compression}-${index}`);
        const unpacked = join(target, `${compression}-${index}`);
        mkdirSync(unpacked);
        const progress: number[] = [];
        const result = await transfer.unpack({
          ...input,
          directory: unpacked,
          copyTo,
          onProgress: (bytes) => progress.push(bytes),
        });
        assert.equal(result.digest, sha256Of(source));
        assert.equal(result.diffId, sha256Of(archive));
        assert.equal(result.size, source.length);
        assert.equal(result.compression, compression);
        assert.deepEqual(result.usage, { bytes: 8 << 20, inodes: 3 });
        assert.equal(progress.at(-1), source.length);
        assert.ok(readFileSync(copyTo).equals(source));
        assert.equal(statSync(join(unpacked, 'd/zeros')).size, 5 << 20);
      }
    }
  });

  it('only hashes without a directory', async () => {
    const result = await transfer.unpack({ source: Readable.from([gzipSync(archive)]) });
    assert.equal(result.diffId, sha256Of(archive));
    assert.deepEqual(result.usage, { bytes: 0, inodes: 0 });
    const empty = await transfer.unpack({ source: Readable.from([]) });
    assert.equal(empty.diffId, sha256Of(''));
  });

  it('holds a fast stream back and never more than a window ahead', async () => {
    let produced = 0;
    let taken = 0;
    let ahead = 0;
    const chunk = randomBytes(64 << 10);
    const members = function* () {
      const size = 64 << 20;
      yield tarOf([{ name: 'f', content: '' }]).subarray(0, 0);
      yield bigHeader(size);
      for (produced = 0; produced < size; produced += chunk.length) {
        ahead = Math.max(ahead, produced - taken);
        yield Buffer.from(chunk);
      }
      yield Buffer.alloc(1024);
    };
    await transfer.unpack({
      source: Readable.from(members(), { objectMode: true, highWaterMark: 1 }),
      directory: target,
      onProgress: (bytes) => {
        taken = bytes;
      },
    });
    assert.equal(statSync(join(target, 'big')).size, 64 << 20);
    assert.ok(ahead <= 6 << 20, `${ahead} bytes ahead`);
  });

  it('stops when aborted, whatever it waits for', async () => {
    const silent = new Readable({ read() {} });
    silent.push(archive.subarray(0, 100_000));
    for (const source of [silent, '/dev/zero']) {
      const abort = new AbortController();
      const running = transfer.unpack({
        source,
        directory: target,
        signal: abort.signal,
        compression: 'none',
      });
      setImmediate(() => abort.abort());
      await assert.rejects(running, (error: unknown) =>
        isEngineError(error, typeof source === 'string' ? undefined : 'common.cancelled'),
      );
    }
    assert.ok(silent.destroyed);
    await assert.rejects(
      transfer.unpack({ source: Readable.from([archive]), signal: AbortSignal.abort() }),
      (error: unknown) => isEngineError(error, 'common.cancelled'),
    );
  });

  it('fails with the error of a stream that breaks', async () => {
    const broken = new Error('connection reset');
    const source = Readable.from(
      (async function* () {
        yield archive.subarray(0, 1 << 20);
        throw broken;
      })(),
    );
    await assert.rejects(transfer.unpack({ source, directory: target }), broken);
  });

  it('destroys the stream when the archive is bad', async () => {
    let count = 0;
    const source = Readable.from(
      (function* () {
        for (; count < 10_000; count++) yield randomBytes(64 << 10);
      })(),
    );
    await assert.rejects(transfer.unpack({ source, directory: target }), (error: unknown) =>
      isEngineError(error, 'snapshots.invalid-archive'),
    );
    assert.ok(source.destroyed);
    assert.ok(count < 1000);
  });

  it('reports a full disk with the path', async () => {
    const small = join(root, 'small');
    mkdirSync(small);
    mounts.mount({ source: 'berth-test', target: small, fsType: 'tmpfs', data: 'size=2m' });
    try {
      for (const options of [{ directory: small }, { copyTo: join(small, 'copy') }]) {
        await assert.rejects(
          transfer.unpack({ source: Readable.from([archive]), ...options }),
          (error: unknown) => {
            assert.ok(isEngineError(error, 'common.no-space'), String(error));
            assert.equal(error.kind, 'resource-exhausted');
            assert.match(error.message, /no space left.*small/);
            return true;
          },
        );
        for (const name of readdirSync(small)) rmSync(join(small, name), { recursive: true });
      }
    } finally {
      mounts.unmount(small, { detach: true });
    }
  });

  it('serves many slow streams at once with few threads', async () => {
    await using pool = new WorkerPool({ size: 2 });
    await using shared = new WorkerLayerTransfer({ pool });
    const waiting = Array.from({ length: 20 }, () => {
      const source = new Readable({ read() {} });
      source.push(archive.subarray(0, 1000));
      return { source, result: shared.unpack({ source, compression: 'none' }) };
    });
    const quick = await shared.unpack({ source: Readable.from([archive]) });
    assert.equal(quick.diffId, sha256Of(archive));
    assert.equal(pool.threads, 2);
    for (const { source } of waiting) {
      source.push(archive.subarray(1000));
      source.push(null);
    }
    for (const { result } of waiting) assert.equal((await result).diffId, sha256Of(archive));
  });

  it('starts threads when needed and ends them when idle', async () => {
    await using pool = new WorkerPool({ idleMilliseconds: 1 });
    await using idle = new WorkerLayerTransfer({ pool });
    assert.equal(pool.threads, 0);
    await idle.unpack({ source: Readable.from([archive]) });
    for (let tries = 0; pool.threads > 0 && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(pool.threads, 0);
    await idle.unpack({ source: Readable.from([archive]) });
  });
});

describe('packing', () => {
  it('packs what unpacking brings back, always the same bytes', async () => {
    const tree = join(root, 'tree');
    mkdirSync(tree);
    makeTree(tree);
    const first = await buffer(transfer.pack({ directory: tree, whiteouts: 'none' }));
    const second = await buffer(transfer.pack({ directory: tree, whiteouts: 'none' }));
    assert.ok(first.equals(second));
    assert.ok(first.length < 1 << 20, 'holes are not stored');
    await transfer.unpack({ source: Readable.from([first]), directory: target });
    assert.deepEqual(treeFacts(files, target), treeFacts(files, tree));
    assert.ok(statSync(join(target, 'sparse')).blocks < 100);
    assert.equal(statSync(join(target, 'file')).ino, statSync(join(target, 'sub/hard')).ino);
  });

  it('is understood by GNU tar', async () => {
    const tree = join(root, 'tree');
    mkdirSync(tree);
    makeTree(tree);
    const packed = await buffer(transfer.pack({ directory: tree, whiteouts: 'none' }));
    execFileSync('tar', ['-x', '--xattrs', '--xattrs-include=*', '-p', '-C', target], {
      input: packed,
    });
    const ours = treeFacts(files, tree);
    const theirs = treeFacts(files, target);
    assert.deepEqual(theirs, ours);
  });

  it('says overlay whiteouts as layers do, and leaves out names that would be whiteouts', async () => {
    const tree = join(root, 'tree');
    mkdirSync(tree, 0o755);
    mkdirSync(join(tree, 'opaque'));
    writeFileSync(join(tree, 'opaque/.wh.fake'), 'x');
    writeFileSync(join(tree, 'opaque/new'), 'x');
    files.mknod(join(tree, 'gone'), 'char', 0, 0, 0);
    files.setXattr(join(tree, 'opaque'), 'trusted.overlay.opaque', Buffer.from('y'));
    const packed = await buffer(transfer.pack({ directory: tree, whiteouts: 'overlay' }));
    const names = execFileSync('tar', ['-t'], { input: packed, encoding: 'utf8' })
      .trim()
      .split('\n');
    assert.deepEqual(names, ['.wh.gone', 'opaque/', 'opaque/.wh..wh..opq', 'opaque/new']);
    await transfer.unpack({
      source: Readable.from([packed]),
      directory: target,
      whiteouts: 'overlay',
    });
    assert.ok(statSync(join(target, 'gone')).isCharacterDevice());
    const mark = files.getXattr(join(target, 'opaque'), 'trusted.overlay.opaque');
    assert.equal(mark?.toString(), 'y');
  });

  it('waits for a slow reader and stops when the reader goes', async () => {
    writeFileSync(join(target, 'big'), '');
    truncateSync(join(target, 'big'), 30 << 20);
    const stream = transfer.pack({ directory: target, whiteouts: 'none' });
    stream.read();
    await new Promise((resolve) => stream.once('readable', resolve));
    assert.ok(stream.readableLength <= 6 << 20);
    stream.destroy();
    const abort = new AbortController();
    const aborted = transfer.pack({ directory: target, whiteouts: 'none', signal: abort.signal });
    abort.abort();
    await assert.rejects(buffer(aborted), (error: unknown) =>
      isEngineError(error, 'common.cancelled'),
    );
  });

  it('fails for a directory that is not there', async () => {
    const stream = transfer.pack({ directory: join(root, 'absent'), whiteouts: 'none' });
    await assert.rejects(buffer(stream), (error: unknown) => isEngineError(error));
  });
});

describe('archives of other programs', () => {
  const variants: readonly (readonly [string, readonly string[]])[] = [
    ['GNU', ['--format=gnu', '--sparse']],
    ['old GNU', ['--format=oldgnu', '--sparse']],
    ['PAX', ['--format=pax', '--xattrs', '--xattrs-include=user.*']],
    ['PAX sparse 0.0', ['--format=pax', '--sparse', '--sparse-version=0.0']],
    ['PAX sparse 0.1', ['--format=pax', '--sparse', '--sparse-version=0.1']],
    ['PAX sparse 1.0', ['--format=pax', '--sparse', '--sparse-version=1.0']],
  ];
  for (const [name, options] of variants) {
    it(`are read as tar itself reads them: ${name}`, async () => {
      const tree = join(root, 'tree');
      const reference = join(root, 'reference');
      for (const path of [tree, reference]) mkdirSync(path);
      makeTree(tree);
      const file = join(root, 'archive.tar');
      execFileSync('tar', ['-c', ...options, '-f', file, '-C', tree, '.']);
      execFileSync('tar', [
        '-x',
        '--xattrs',
        '--xattrs-include=*',
        '-p',
        '-f',
        file,
        '-C',
        reference,
      ]);
      const result = await transfer.unpack({ source: file, directory: target });
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      assert.equal(result.diffId, `sha256:${hash}`);
      assert.deepEqual(treeFacts(files, target), treeFacts(files, reference));
      assert.equal(statSync(target).mode, statSync(tree).mode);
    });
  }
});

/** Header of a large file whose data follows. */
function bigHeader(size: number): Buffer {
  const whole = tarOf([{ name: 'big', content: Buffer.alloc(size) }]);
  return whole.subarray(0, 512);
}
