import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { directory, symlink, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { parseCopy, parseCopySide } from './copy-arguments.ts';
import { planCopy, renamed } from './copy-plan.ts';
import { packLocal } from './local-archive.ts';
import { LocalWriter } from './local-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-copy-'));
after(() => rmSync(folder, { recursive: true }));

test('which side is the container', () => {
  assert.deepEqual(parseCopySide('web:/etc'), { container: 'web', path: '/etc' });
  for (const path of ['/a:b', './a:b', '../a:b', 'plain', '-']) {
    assert.deepEqual(parseCopySide(path), { container: undefined, path });
  }
  assert.throws(() => parseCopy('a:/x', 'b:/y'), /copying between containers is not supported/);
  assert.throws(() => parseCopy('x', 'y'), /must specify at least one container source/);
  assert.throws(() => parseCopy('', 'a:/y'), /source can not be empty/);
});

test('where a copy goes and what it is called there', () => {
  const file = { path: '/s/file', exists: true, directory: false };
  const dir = { path: '/s/dir', exists: true, directory: true };
  const there = (path: string, isFolder: boolean) => ({ path, exists: true, directory: isFolder });
  const absent = (path: string) => ({ path, exists: false, directory: false });
  assert.deepEqual(planCopy(dir, there('/d', true)), { folder: '/d', name: 'dir' });
  assert.deepEqual(planCopy({ ...dir, path: '/s/dir/.' }, there('/d', true)), {
    folder: '/d',
    name: '.',
  });
  assert.deepEqual(planCopy(dir, absent('/d/new')), { folder: '/d', name: 'new' });
  assert.deepEqual(planCopy(file, there('/d/old', false)), { folder: '/d', name: 'old' });
  assert.throws(() => planCopy(dir, there('/d/old', false)), /cannot copy directory/);
  assert.throws(() => planCopy(file, absent('/d/new/')), /no such directory/);
  assert.equal(renamed('etc/passwd', 'etc', 'new'), 'new/passwd');
  assert.equal(renamed('./a', '.', 'new'), 'new/a');
  assert.equal(renamed('/bin/', '/', 'new'), 'new/bin/');
});

function unpack(into: string, archive: Buffer): void {
  const writer = new LocalWriter(into, (name) => name);
  const reader = new TarReader(writer);
  try {
    reader.write(archive);
    reader.finish();
    writer.finish();
  } finally {
    writer.close();
  }
}

test('what a container sends stays in its folder', () => {
  const into = mkdtempSync(join(folder, 'in-'));
  unpack(
    into,
    tarOf([directory('d', { mode: 0o750 }), { name: 'd/f', content: 'x', mode: 0o640 }]),
  );
  assert.equal(readFileSync(join(into, 'd/f'), 'utf8'), 'x');
  assert.equal(statSync(join(into, 'd')).mode & 0o777, 0o750);
  const outside = mkdtempSync(join(folder, 'out-'));
  assert.throws(() => unpack(into, tarOf([{ name: '../x' }])), /refusing archive entry/);
  assert.throws(
    () => unpack(into, tarOf([symlink('l', outside), { name: 'l/x' }])),
    /is not a directory/,
  );
  symlinkSync(join(outside, 'planted'), join(into, 'file'));
  unpack(into, tarOf([{ name: 'file', content: 'own' }]));
  assert.throws(() => unpack(into, tarOf([{ name: 'd' }])), /cannot overwrite directory/);
  assert.throws(() => unpack(into, tarOf([directory('file')])), /cannot overwrite non-directory/);
  assert.deepEqual(readdirSync(outside), []);
});

test('a folder packed here unpacks the same', async () => {
  const source = mkdtempSync(join(folder, 'from-'));
  unpack(source, tarOf([directory('a'), { name: 'a/f', content: 'é' }, symlink('a/l', 'f')]));
  const chunks: Uint8Array[] = [];
  for await (const chunk of packLocal(source, 'copy')) chunks.push(chunk);
  const into = mkdtempSync(join(folder, 'to-'));
  unpack(into, Buffer.concat(chunks));
  assert.deepEqual(readdirSync(join(into, 'copy/a')), ['f', 'l']);
  assert.equal(readFileSync(join(into, 'copy/a/l'), 'utf8'), 'é');
});
