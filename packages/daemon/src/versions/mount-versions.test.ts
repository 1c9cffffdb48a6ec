import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { upgradeMount } from './mount-versions.ts';

test('settings of a mount that an API version does not have are ignored', () => {
  const bind = {
    Type: 'bind',
    BindOptions: {
      ...{ Propagation: 'rslave', NonRecursive: true, CreateMountpoint: true },
      ReadOnlyNonRecursive: true,
    },
  } as const;
  const kept = (version: string) =>
    Object.entries(upgradeMount(version, bind).BindOptions ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name);
  assert.deepEqual(kept('1.39'), ['Propagation']);
  assert.deepEqual(kept('1.41'), ['Propagation', 'NonRecursive']);
  assert.deepEqual(kept('1.43'), ['Propagation', 'NonRecursive', 'CreateMountpoint']);
  assert.deepEqual(upgradeMount('1.44', bind), bind);
  const volume = { Type: 'volume', VolumeOptions: { Subpath: 'x', NoCopy: true } } as const;
  assert.equal(upgradeMount('1.44', volume).VolumeOptions?.Subpath, undefined);
  assert.equal(upgradeMount('1.44', volume).VolumeOptions?.NoCopy, true);
  assert.deepEqual(upgradeMount('1.45', volume), volume);
  const tmpfs = { Type: 'tmpfs', TmpfsOptions: { Options: [['exec']], Mode: 0o700 } } as const;
  assert.equal(upgradeMount('1.45', tmpfs).TmpfsOptions?.Options, undefined);
  assert.deepEqual(upgradeMount('1.46', tmpfs), tmpfs);
});

test('mounts of images are refused before 1.48', () => {
  const image = { Type: 'image', Source: 'busybox', Target: '/x' } as const;
  assert.throws(
    () => upgradeMount('1.47', image),
    (error) => isEngineError(error, 'api.mount-type-too-new'),
  );
  assert.deepEqual(upgradeMount('1.48', image), image);
});
