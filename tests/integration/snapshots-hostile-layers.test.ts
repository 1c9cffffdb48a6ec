import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { WorkerLayerTransfer } from '@berth/snapshots';
import { treeFacts } from '@berth/snapshots/testsuite/file-facts.ts';
import {
  directory,
  hardLink,
  type Member,
  paxHeader,
  rawMember,
  symlink,
  tarOf,
} from '@berth/tar/testsuite/tar-archive.ts';

const { files } = createLinuxKernel();
const transfer = new WorkerLayerTransfer();
let root: string;
let outside: string;
let target: string;

before(() => {
  process.umask(0);
  root = mkdtempSync(join(tmpdir(), 'berth-hostile-'));
});

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  outside = join(root, 'outside');
  target = join(root, 'target');
  mkdirSync(join(outside, 'd'), { recursive: true });
  mkdirSync(target);
  writeFileSync(join(outside, 'secret'), 'untouched');
  writeFileSync(join(outside, 'd/file'), 'untouched');
});

after(async () => {
  await transfer[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

/** Unpacks in every way; nothing outside of the target may change. */
async function unpack(
  parts: readonly (Member | Buffer)[],
  whiteouts: 'overlay' | 'apply' = 'overlay',
) {
  const before = treeFacts(files, outside);
  const neighbours = readdirSync(root).sort();
  try {
    const source = Readable.from([tarOf(parts)]);
    return await transfer.unpack({ source, directory: target, whiteouts });
  } finally {
    assert.deepEqual(treeFacts(files, outside), before, 'nothing outside changed');
    assert.deepEqual(readdirSync(root).sort(), neighbours);
  }
}

async function refused(parts: readonly (Member | Buffer)[], message: RegExp): Promise<void> {
  for (const whiteouts of ['overlay', 'apply'] as const) {
    await assert.rejects(unpack(parts, whiteouts), (error: unknown) => {
      assert.ok(isEngineError(error), String(error));
      assert.ok(
        ['snapshots.unsafe-entry', 'snapshots.invalid-archive'].includes(error.code),
        error.code,
      );
      assert.equal(error.kind, 'invalid-argument');
      assert.match(error.message, message);
      return true;
    });
  }
}

describe('hostile layers', () => {
  it('cannot name files outside', async () => {
    await refused(
      [{ name: '../outside/secret', content: 'x' }],
      /"\.\.\/outside\/secret".*outside/,
    );
    await refused([directory('a'), { name: 'a/../../outside/secret' }], /outside/);
    await refused([directory('..')], /outside/);
    await refused([{ name: '../outside/.wh.secret' }], /outside/);
    await refused([{ name: '.', content: 'x' }], /root directory/);
    await refused([symlink('/', 'x')], /root directory/);
    await unpack([{ name: join(outside, 'secret').slice(0), content: 'x' }]);
    assert.equal(
      readFileSync(join(target, outside, 'secret'), 'utf8'),
      'x',
      'taken below the target',
    );
  });

  it('cannot write, link, hide or empty through symbolic links', async () => {
    const up = '../../../../../../../..';
    for (const link of [outside, `${up}${outside}`, '../outside', `/proc/self/root${outside}`]) {
      await unpack([
        symlink('l', link),
        { name: 'l/secret', content: 'overwritten' },
        directory('l/d', { mode: 0o700, uid: 1 }),
        { name: 'l/d/.wh.file' },
        { name: 'l/.wh.secret' },
        { name: 'l/d/.wh..wh..opq' },
      ]);
      rmSync(target, { recursive: true });
      mkdirSync(target);
    }
  });

  it('cannot reach outside in a target that holds links of lower layers', async () => {
    symlinkSync(outside, join(target, 'l'));
    symlinkSync('../outside', join(target, 'r'));
    await refused([hardLink('stolen', 'l/secret')], /not there/);
    await unpack(
      [
        { name: 'l/.wh.secret' },
        { name: 'l/d/.wh..wh..opq' },
        { name: 'r/.wh..wh..opq' },
        { name: 'r/new', content: 'x' },
        { name: 'l/new', content: 'x' },
      ],
      'apply',
    );
    assert.equal(readFileSync(join(target, outside, 'new'), 'utf8'), 'x');
  });

  it('cannot overwrite through a link that is the last component', async () => {
    await unpack([symlink('l', join(outside, 'secret')), { name: 'l', content: 'x', uid: 7 }]);
    assert.equal(readFileSync(join(target, 'l'), 'utf8'), 'x');
    await unpack([symlink('m', outside), directory('m', { mode: 0o700 }), { name: 'm/own' }]);
    assert.deepEqual(readdirSync(join(target, 'm')), ['own']);
    await unpack([hardLink('h', 'l'), symlink('n', join(outside, 'secret')), hardLink('o', 'n')]);
    await unpack([
      symlink('n2', join(outside, 'd')),
      hardLink('o2', 'n2'),
      { name: 'o2', content: 'x' },
    ]);
  });

  it('cannot hard-link to files outside or directories', async () => {
    await refused([hardLink('x', '../outside/secret')], /outside/);
    await refused([hardLink('x', join(outside, 'secret'))], /not there/);
    await refused([directory('d'), hardLink('x', 'd')], /directory/);
    await refused([hardLink('x', '.')], /not there/);
    await refused([hardLink('x', 'missing')], /not there/);
    await refused([{ name: 'e/inside' }, hardLink('e', 'e/inside')], /not there/);
    await unpack([
      { name: 'self', content: 'kept' },
      hardLink('self', 'self'),
      hardLink('self', './self'),
    ]);
    assert.equal(readFileSync(join(target, 'self'), 'utf8'), 'kept');
  });

  it('cannot loop through links', async () => {
    await refused([symlink('a', 'b'), symlink('b', 'a'), { name: 'a/x' }], /symbolic links/);
    await refused([symlink('self', 'self/x'), { name: 'self/y' }], /symbolic links/);
  });

  it('makes directories behind dangling links inside', async () => {
    await unpack([symlink('run', '/var/run'), { name: 'run/lock/x', content: 'x' }]);
    assert.equal(readFileSync(join(target, 'var/run/lock/x'), 'utf8'), 'x');
  });

  it('cannot put files below files', async () => {
    await refused([{ name: 'f', content: 'x' }, { name: 'f/child' }], /not a directory/);
    await refused([{ name: 'f', content: 'x' }, { name: 'f/a/b/c' }], /not a directory/);
  });

  it('cannot use the marks of overlayfs', async () => {
    for (const name of [
      'trusted.overlay.redirect',
      'trusted.overlay.opaque',
      'user.overlay.metacopy',
    ]) {
      await refused([{ name: 'f', xattrs: { [name]: 'y' } }], /reserved/);
      await refused([directory('d', { xattrs: { [name]: 'y' } })], /reserved/);
    }
    const { warnings } = await unpack([{ name: 'w', type: 'char', major: 0, minor: 0 }]);
    assert.match(warnings![0]!, /0:0/);
    assert.ok(!existsSync(join(target, 'w')), 'no whiteout from a device entry');
  });

  it('cannot use whiteouts for anything else', async () => {
    for (const name of ['.wh.', '.wh..', '.wh...', 'd/.wh...'])
      await refused([{ name }], /whiteout/);
    await refused([directory('.wh.a'), { name: '.wh.a/b' }], /whiteout/);
  });

  it('cannot have names, links or owners that the kernel does not take', async () => {
    await refused([{ name: 'n'.repeat(256) }], /too long/);
    await refused([{ name: 'n/'.repeat(2100) }], /too long/);
    await refused([symlink('l', 't'.repeat(5000))], /link target/);
    await refused([symlink('l', '')], /link target/);
    await refused([{ name: 'f', uid: 2 ** 32 - 1 }], /owner/);
    await refused([paxHeader([['gid', '-1']]), rawMember({ name: 'f' })], /owner/);
    const deep = `${'n'.repeat(250)}/`.repeat(16);
    await unpack([directory(deep), symlink('s', deep), { name: `s/${deep}file`, content: 'x' }]);
  });

  it('cannot claim what is not there', async () => {
    await refused([rawMember({ typeFlag: 'x', size: 1 << 30 })], /limit/);
    await refused([rawMember({ typeFlag: 'L', size: 1 << 30 })], /limit/);
    await assert.rejects(
      transfer.unpack({
        source: Readable.from([rawMember({ name: 'f', size: 1 << 30 })]),
        directory: target,
        whiteouts: 'overlay',
      }),
      /unexpected end of archive/,
    );
  });

  it('gives times that no file system has a bound', async () => {
    await unpack([
      { name: 'late', mtime: [2 ** 48, 0] },
      { name: 'early', mtime: [-(2 ** 48), 5] },
    ]);
  });
});
