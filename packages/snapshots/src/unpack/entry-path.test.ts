import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobError } from '../worker/job-error.ts';
import { cleanEntryPath, whiteoutOf } from './entry-path.ts';

function refuses(action: () => unknown, reason: RegExp): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof JobError);
    assert.equal(error.code, 'snapshots.unsafe-entry');
    assert.match(String(error.details.reason), reason);
    return true;
  });
}

describe('entry paths', () => {
  it('are cleaned lexically and taken below the target', () => {
    const cases = {
      'a/b': 'a/b',
      './a//b/': 'a/b',
      '/etc/passwd': 'etc/passwd',
      'a/../b': 'b',
      'a/./b/..': 'a',
      '.': '',
      './': '',
      '/': '',
      '': '',
      '...': '...',
      '..a/b..': '..a/b..',
      '.hidden/.x': '.hidden/.x',
    };
    for (const [name, path] of Object.entries(cases))
      assert.equal(cleanEntryPath(name), path, name);
  });

  it('may not lead out', () => {
    for (const name of ['..', '../x', 'a/../../x', '/..', '/../x', './a/b/../../../c']) {
      refuses(() => cleanEntryPath(name), /outside/);
    }
  });

  it('may not be longer than the kernel takes', () => {
    assert.equal(cleanEntryPath('a/'.repeat(2047)).length, 4093);
    refuses(() => cleanEntryPath('a/'.repeat(2100)), /too long/);
    refuses(() => cleanEntryPath(`x/${'n'.repeat(256)}`), /too long/);
  });
});

describe('whiteout names', () => {
  it('name what they hide', () => {
    assert.equal(whiteoutOf('a/b'), undefined);
    assert.equal(whiteoutOf('a/x.wh.b'), undefined);
    assert.deepEqual(whiteoutOf('.wh.a'), { type: 'name', name: 'a' });
    assert.deepEqual(whiteoutOf('d/.wh.a.wh.b'), { type: 'name', name: 'a.wh.b' });
    assert.deepEqual(whiteoutOf('d/.wh..wh..opq'), { type: 'opaque' });
    assert.deepEqual(whiteoutOf('.wh..wh.aufs'), { type: 'auxiliary' });
    assert.deepEqual(whiteoutOf('.wh..wh.plnk/12.34'), { type: 'auxiliary' });
  });

  it('cannot hide the directory itself, its parent or nothing', () => {
    for (const name of ['.wh.', 'd/.wh.', '.wh..', '.wh...']) {
      refuses(() => whiteoutOf(name), /names no file/);
    }
  });

  it('are no directories', () => {
    refuses(() => whiteoutOf('.wh.a/b'), /directory/);
    refuses(() => whiteoutOf('d/.wh.a/.wh.b'), /directory/);
  });
});
