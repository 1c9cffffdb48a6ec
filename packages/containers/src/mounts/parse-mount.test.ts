import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mount } from '@berth/engine-api';
import { parseMount } from './parse-mount.ts';

test('an image is mounted read-only, whole or in part', () => {
  const mount: Mount = { Type: 'image', Source: 'tools:1', Target: '/opt/tools/' };
  assert.deepEqual(parseMount(mount), {
    ...{ type: 'image', source: 'tools:1', destination: '/opt/tools' },
    ...{ mode: '', readWrite: false, propagation: '' },
  });
  assert.equal(parseMount({ ...mount, ImageOptions: { Subpath: 'bin' } }).subpath, 'bin');
  const refused: readonly (readonly [Partial<Mount>, RegExp])[] = [
    [{ Source: '' }, /invalid mount config for type "image": field Source must not be empty/],
    [{ Target: '' }, /field Target must not be empty/],
    [{ Target: 'relative' }, /mount path must be absolute/],
    [{ BindOptions: {} }, /field BindOptions must not be specified/],
    [{ VolumeOptions: {} }, /field VolumeOptions must not be specified/],
    [{ TmpfsOptions: {} }, /field TmpfsOptions must not be specified/],
    [{ ImageOptions: { Subpath: '../x' } }, /subpath must be a relative path/],
    [{ ImageOptions: { Subpath: '/x' } }, /subpath must be a relative path/],
  ];
  for (const [part, text] of refused) assert.throws(() => parseMount({ ...mount, ...part }), text);
});
