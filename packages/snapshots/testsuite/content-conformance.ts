import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import {
  directory,
  hardLink,
  paxHeader,
  rawMember,
  symlink,
} from '@berth/tar/testsuite/tar-archive.ts';
import { fileFacts } from './file-facts.ts';
import { type HarnessOptions, SnapshotterHarness } from './snapshotter-harness.ts';

const time = [1_500_000_000, 123_456_789] as const;

/** What layers hold arrives in containers unchanged. */
export function contentConformance(options: HarnessOptions): void {
  const { files } = options.kernel;

  it('keeps types, owners, modes, times, links, devices and xattrs', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const capability = Buffer.from('0100000200240000000000000000000000000000', 'hex').toString(
      'latin1',
    );
    const chain = await harness.layers([
      directory('d', { mode: 0o1777, uid: 5, gid: 6, mtime: time, xattrs: { 'user.dir': 'x' } }),
      { name: 'd/setuid', mode: 0o6755, uid: 7, gid: 8, mtime: time, content: 'content' },
      { name: 'd/caps', mode: 0o755, xattrs: { 'security.capability': capability, 'user.a': 'b' } },
      symlink('d/link', '/etc/../x'),
      hardLink('d/hard', 'd/setuid'),
      hardLink('d/hard-link', 'd/link'),
      { name: 'd/null', type: 'char', major: 1, minor: 3, mode: 0o666 },
      { name: 'd/disk', type: 'block', major: 259, minor: 70_000, mode: 0o660, gid: 6 },
      { name: 'd/pipe', type: 'fifo', mode: 0o622 },
      { name: 'd/empty', mode: 0o000 },
    ]);
    const { path } = await harness.container(chain);
    const facts = (name: string) => fileFacts(files, join(path, 'd', name));
    const nanoseconds = '1500000000123456789';
    assert.equal(facts('.'), `directory 1777 5:6 ${nanoseconds} user.dir=78`);
    assert.match(facts('setuid'), new RegExp(`^file 7 [0-9a-f]+ 6755 7:8 ${nanoseconds}$`));
    assert.match(
      facts('caps'),
      /0755 0:0 1600000000000000000 security.capability=01[0-9a-f]+ user.a=62$/,
    );
    assert.equal(facts('link'), `link /etc/../x 0:0 1600000000000000000`);
    assert.match(facts('null'), /^char 259 0666 0:0/);
    assert.match(facts('disk'), /^block \d+ 0660 0:6/);
    assert.match(facts('pipe'), /^fifo 0622 0:0/);
    assert.match(facts('empty'), /^file 0 [0-9a-f]+ 0000 0:0/);
    const inode = (name: string) => lstatSync(join(path, 'd', name)).ino;
    assert.equal(inode('hard'), inode('setuid'));
    assert.equal(inode('hard-link'), inode('link'));
    assert.equal(lstatSync(join(path, 'd/setuid')).nlink, 2);
  });

  it('keeps names that are long or not UTF-8', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const long = `${'component/'.repeat(30)}${'n'.repeat(255)}`;
    const name = 'caf\xe9';
    const utf8 = Buffer.from('naïve ☃').toString('latin1');
    const chain = await harness.layers([
      { name: long, content: 'long' },
      { name, content: 'latin' },
      { name: utf8, content: 'utf-8' },
      directory('d\xff'),
      { name: 'd\xff/\xfe', content: 'bytes', mtime: time, xattrs: { 'user.x': 'y' } },
      hardLink('\xff-hard', 'd\xff/\xfe'),
    ]);
    const { path } = await harness.container(chain);
    assert.equal(readFileSync(join(path, long), 'utf8'), 'long');
    assert.equal(readFileSync(join(path, 'naïve ☃'), 'utf8'), 'utf-8');
    const names = readdirSync(path, { encoding: 'latin1' });
    for (const expected of [name, 'd\xff', '\xff-hard']) assert.ok(names.includes(expected));
    const bytes = Buffer.from(`${path}/d\xff/\xfe`, 'latin1');
    assert.match(fileFacts(files, bytes), /1500000000123456789 user.x=79$/);
  });

  it('keeps sparse files sparse', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const size = 64 << 20;
    const chain = await harness.layers([
      paxHeader([
        ['GNU.sparse.size', String(size)],
        ['GNU.sparse.map', `0,4,${size - 10},4`],
      ]),
      rawMember({ name: 'sparse' }, 'headtail'),
    ]);
    const { path, id } = await harness.container(chain);
    const stat = statSync(join(path, 'sparse'));
    assert.equal(stat.size, size);
    assert.ok(stat.blocks * 512 < 1 << 20, `${stat.blocks} blocks`);
    const content = readFileSync(join(path, 'sparse'));
    assert.equal(content.toString('latin1', 0, 4), 'head');
    assert.equal(content.toString('latin1', size - 10, size), 'tail\0\0\0\0\0\0');
    assert.deepEqual(await harness.snapshotter.changes(id), []);
  });

  it('replaces files by what comes later in the same layer', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers([
      { name: 'twice', content: 'first' },
      { name: 'twice', content: 'second' },
      directory('dir-to-file'),
      { name: 'dir-to-file/child' },
      { name: 'dir-to-file', content: 'file' },
      { name: 'file-to-dir', content: 'file' },
      directory('file-to-dir', { mode: 0o700 }),
      { name: 'file-to-dir/child', content: 'child' },
      directory('again', { mode: 0o700 }),
      { name: 'again/kept' },
      directory('again', { mode: 0o755, uid: 3 }),
      symlink('link', 'twice'),
      { name: 'link', content: 'no link' },
      directory('dir-to-link'),
      { name: 'dir-to-link/lost' },
      symlink('dir-to-link', 'again'),
    ]);
    const { path } = await harness.container(chain);
    const text = (name: string) => readFileSync(join(path, name), 'utf8');
    assert.equal(text('twice'), 'second', 'a link that is replaced does not change its target');
    assert.equal(text('dir-to-file'), 'file');
    assert.equal(text('file-to-dir/child'), 'child');
    assert.equal(text('link'), 'no link');
    assert.ok(lstatSync(join(path, 'dir-to-link')).isSymbolicLink());
    assert.ok(existsSync(join(path, 'again/kept')));
    assert.match(fileFacts(files, join(path, 'again')), /^directory 0755 3:0/);
  });

  it('gives directories that an archive left out the attributes of the layers below', async () => {
    await using harness = await SnapshotterHarness.open(options);
    const chain = await harness.layers(
      [
        directory('.', { mode: 0o711, uid: 9 }),
        directory('tmp', { mode: 0o1777, gid: 4, mtime: time }),
        directory('tmp/sub', { mode: 0o2750, uid: 1, mtime: time, xattrs: { 'user.k': 'v' } }),
      ],
      [{ name: 'tmp/sub/file', content: 'x' }, { name: 'new/dir/file' }],
      [{ name: 'tmp/sub/other', content: 'y' }],
    );
    const { path } = await harness.container(chain);
    assert.match(fileFacts(files, path), /^directory 0711 9:0/);
    assert.match(fileFacts(files, join(path, 'tmp')), /^directory 1777 0:4 1500000000123456789/);
    assert.match(
      fileFacts(files, join(path, 'tmp/sub')),
      /^directory 2750 1:0 1500000000123456789 user.k=76$/,
    );
    assert.match(fileFacts(files, join(path, 'new/dir')), /^directory 0755 0:0/);
    assert.deepEqual(readdirSync(join(path, 'tmp/sub')).sort(), ['file', 'other']);
  });
}
