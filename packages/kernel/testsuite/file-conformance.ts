import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { MakeHarness } from './harness.ts';

export function fileConformance(makeHarness: MakeHarness): void {
  describe('files', () => {
    attributeTests(makeHarness);
    resolutionTests(makeHarness);
    contentTests(makeHarness);
  });
}

function attributeTests(makeHarness: MakeHarness): void {
  it('keeps extended attributes byte for byte, also under names that are not UTF-8', async () => {
    await using harness = makeHarness();
    const { files } = harness.kernel;
    const path = Buffer.concat([Buffer.from(`${harness.directory}/f`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(path, '');
    const value = Buffer.from([0, 1, 255]);
    assert.equal(files.getXattr(path, 'trusted.berth'), undefined);
    files.setXattr(path, 'trusted.berth', value);
    files.setXattr(path, 'trusted.empty', Buffer.alloc(0));
    assert.deepEqual(files.getXattr(path, 'trusted.berth'), value);
    assert.equal(files.getXattr(path, 'trusted.empty')?.length, 0);
    assert.deepEqual(files.listXattrs(path).sort(), ['trusted.berth', 'trusted.empty']);
    files.removeXattr(path, 'trusted.berth');
    assert.throws(() => files.removeXattr(path, 'trusted.berth'), { code: 'ENODATA' });
  });

  it('makes nodes and refuses names that are taken', async () => {
    await using harness = makeHarness();
    const path = join(harness.directory, 'null');
    harness.kernel.files.mknod(path, 'char', 0o666, 1, 3);
    assert.ok(lstatSync(path));
    const again = () => harness.kernel.files.mknod(path, 'char', 0o666, 1, 3);
    assert.throws(again, { code: 'EEXIST', syscall: 'mknod' });
  });

  it('sets the times of a link itself', async () => {
    await using harness = makeHarness();
    const path = join(harness.directory, 'link');
    symlinkSync('nowhere', path);
    harness.kernel.files.setTimes(path, [1_000_000_000, 0], [1_234_567_890, 0]);
    assert.equal(lstatSync(path).mtime.getTime(), 1_234_567_890_000);
  });
}

function resolutionTests(makeHarness: MakeHarness): void {
  it('resolves below a root, whatever links and dots say', async () => {
    await using harness = makeHarness();
    const root = join(harness.directory, 'root');
    mkdirSync(join(root, 'dir/sub'), { recursive: true });
    symlinkSync('/dir', join(root, 'absolute'));
    symlinkSync('../../../../dir', join(root, 'dir/up'));
    symlinkSync('/dir/missing', join(root, 'dangling'));
    symlinkSync('loop', join(root, 'loop'));
    const { files } = harness.kernel;
    for (const [path, expected] of [
      ['/', ''],
      ['', ''],
      ['../../..', ''],
      ['dir/sub', 'dir/sub'],
      ['/absolute/sub', 'dir/sub'],
      ['dir/up/sub', 'dir/sub'],
      ['absolute/../dir/./sub/', 'dir/sub'],
      ['dir/new', 'dir/new'],
      ['dangling', 'dir/missing'],
    ] as const)
      assert.equal(files.resolveInRoot(root, path).replace(/\/$/, ''), join(root, expected), path);
    assert.throws(() => files.resolveInRoot(root, 'none/new'), { code: 'ENOENT' });
    assert.throws(() => files.resolveInRoot(root, 'loop'), { code: 'ELOOP' });
  });

  it('opens below a root', async () => {
    await using harness = makeHarness();
    const root = join(harness.directory, 'root');
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/passwd'), 'inside');
    symlinkSync('/etc/passwd', join(root, 'link'));
    const { files } = harness.kernel;
    for (const path of ['link', '../../etc/passwd', '/etc/passwd']) {
      const descriptor = files.openInRoot(root, path, constants.O_RDONLY);
      assert.equal(readFileSync(descriptor, 'utf8'), 'inside');
      closeSync(descriptor);
    }
    const opened = () => files.openInRoot(root, 'none', constants.O_RDONLY);
    assert.throws(opened, { code: 'ENOENT', syscall: 'openat2' });
  });

  it('opens in a directory that is open', async () => {
    await using harness = makeHarness();
    const { files } = harness.kernel;
    const directory = openSync(harness.directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      const name = Buffer.from('caf\xe9', 'latin1');
      closeSync(files.openAt(directory, name, flags, 0o600));
      const names = readdirSync(harness.directory, { encoding: 'latin1' });
      assert.ok(names.includes('caf\xe9'));
      assert.throws(() => files.openAt(directory, name, flags, 0o600), { code: 'EEXIST' });
    } finally {
      closeSync(directory);
    }
  });
}

function contentTests(makeHarness: MakeHarness): void {
  it('copies a whole file and exchanges two', async () => {
    await using harness = makeHarness();
    const { files } = harness.kernel;
    const [a, b] = [join(harness.directory, 'a'), join(harness.directory, 'b')];
    writeFileSync(a, 'first');
    files.copyFile(a, b);
    assert.equal(readFileSync(b, 'utf8'), 'first');
    writeFileSync(b, 'second');
    files.exchange(a, b);
    assert.deepEqual([readFileSync(a, 'utf8'), readFileSync(b, 'utf8')], ['second', 'first']);
    assert.throws(() => files.exchange(a, join(harness.directory, 'none')), { code: 'ENOENT' });
  });

  it('replaces a file as a whole', async () => {
    await using harness = makeHarness();
    const { files } = harness.kernel;
    const path = join(harness.directory, 'replaced');
    await files.replaceFile(path, 'first', { mode: 0o600 });
    const before = openSync(path, 'r');
    await files.replaceFile(path, 'zweiter Text: ä', { mode: 0o600 });
    assert.equal(readFileSync(path, 'utf8'), 'zweiter Text: ä');
    assert.equal(readFileSync(before, 'utf8'), 'first');
    closeSync(before);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await files.replaceFile(path, '', { mode: 0o600 });
    assert.equal(readFileSync(path, 'utf8'), '');
    const nowhere = join(harness.directory, 'none', 'file');
    await assert.rejects(files.replaceFile(nowhere, '', { mode: 0o600 }), { code: 'ENOENT' });
    const folder = join(harness.directory, 'folder');
    mkdirSync(folder);
    await assert.rejects(files.replaceFile(folder, 'x', { mode: 0o600 }), { code: 'EISDIR' });
    assert.deepEqual(readdirSync(harness.directory).sort(), ['folder', 'replaced']);
  });

  it('locks a file for one holder', async () => {
    await using harness = makeHarness();
    const path = join(harness.directory, 'lock');
    const [first, second] = [openSync(path, 'w'), openSync(path, 'w')];
    assert.equal(harness.kernel.files.tryLock(first), true);
    assert.equal(harness.kernel.files.tryLock(second), false);
    closeSync(first);
    closeSync(second);
  });

  it('names and measures the file system', async () => {
    await using harness = makeHarness();
    const facts = harness.kernel.files.statFileSystem(harness.directory);
    assert.match(facts.type, /^[a-z0-9]+$/);
    assert.ok(facts.totalBytes >= facts.freeBytes && facts.freeBytes > 0);
    await harness.kernel.files.syncFileSystem(harness.directory);
    const missing = join(harness.directory, 'none');
    assert.throws(() => harness.kernel.files.statFileSystem(missing), { code: 'ENOENT' });
  });
}
