import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostConfig } from '@berth/engine-api';
import type { MountRecord } from './mount-record.ts';
import { parseBind } from './parse-bind.ts';
import { parseMount } from './parse-mount.ts';
import { parseTmpfs } from './parse-tmpfs.ts';
import { planMounts } from './plan-mounts.ts';
import { inheritMounts, parseVolumesFrom } from './volumes-from.ts';

test('-v with a host path, a volume name, and nothing', () => {
  const bind = parseBind('/host/../data/:/in//side/:ro,rslave,z', '');
  assert.equal(bind.type, 'bind');
  assert.equal(bind.source, '/data');
  assert.equal(bind.destination, '/in/side');
  assert.equal(bind.readWrite, false);
  assert.equal(bind.propagation, 'rslave');
  assert.equal(bind.createSource, true);
  const volume = parseBind('data:/inside:nocopy', '');
  assert.equal(volume.type, 'volume');
  assert.equal(volume.name, 'data');
  assert.equal(volume.copyUp, false);
  const anonymous = parseBind('/inside', '');
  assert.equal(anonymous.type, 'volume');
  assert.equal(anonymous.anonymous, true);
});

test('-v that makes no sense is refused with the reason', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /^invalid volume specification: ''$/],
    [':/x', /^invalid volume specification/],
    ['a:b:c:d', /^invalid volume specification: 'a:b:c:d'$/],
    ['/x:ro', /^invalid volume specification: '\/x:ro'$/],
    ['/x:/y:bogus', /^invalid mode: bogus$/],
    ['/x:/y:ro,rw', /^invalid mode: ro,rw$/],
    ['/x:/', /destination can't be '\/'/],
    ['/x:relative', /invalid mount config for type "bind": .*mount path must be absolute/],
    ['a/b:/y', /includes invalid characters for a local volume name/],
    ['..:/y', /includes invalid characters for a local volume name/],
    ['data:/y:shared', /field BindOptions must not be specified/],
  ];
  for (const [spec, message] of cases) {
    assert.throws(() => parseBind(spec, ''), { message }, spec);
  }
});

test('--mount is checked field by field', () => {
  const bad: readonly (readonly [Parameters<typeof parseMount>[0], RegExp])[] = [
    [{ Type: 'bind', Source: '/x' }, /field Target must not be empty/],
    [{ Type: 'bind', Target: '/y' }, /field Source must not be empty/],
    [{ Type: 'bind', Source: 'x', Target: '/y' }, /mount path must be absolute/],
    [{ Type: 'volume', Target: '/' }, /destination can't be '\/'/],
    [
      { Type: 'volume', Target: '/y', ReadOnly: true },
      /must not set ReadOnly mode when using anonymous/,
    ],
    [{ Type: 'tmpfs', Target: '/y', Source: 'x' }, /field Source must not be specified/],
    [{ Type: 'nope', Target: '/y' }, /mount type unknown/],
    [{ Type: 'cluster', Target: '/y', Source: 'x' }, /a mount of type cluster is not implemented/],
    [
      { Type: 'volume', Source: 'vol', Target: '/y', VolumeOptions: { Subpath: '../x' } },
      /subpath must be a relative path within the volume/,
    ],
  ];
  for (const [mount, message] of bad) assert.throws(() => parseMount(mount), { message });
  const tmpfs = parseMount({
    Type: 'tmpfs',
    Target: '/t',
    TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 },
  });
  assert.ok(tmpfs.tmpfsOptions?.includes('size=1024'));
  assert.ok(tmpfs.tmpfsOptions?.includes('mode=1777'));
});

test('--tmpfs options replace the defaults they contradict', () => {
  assert.deepEqual(parseTmpfs('/run', '').options, ['noexec', 'nosuid', 'nodev']);
  assert.deepEqual(parseTmpfs('/run', 'exec,size=64m').options, [
    'nosuid',
    'nodev',
    'exec',
    'size=64m',
  ]);
  assert.throws(() => parseTmpfs('/run', 'upperdir=/etc'), /invalid tmpfs option/);
  assert.throws(() => parseTmpfs('/', ''), /destination can't be/);
});

test('--volumes-from', () => {
  assert.deepEqual(parseVolumesFrom('c'), { container: 'c', mode: 'rw' });
  assert.deepEqual(parseVolumesFrom('c:ro'), { container: 'c', mode: 'ro' });
  for (const spec of ['', 'c:bogus', 'c:shared', 'c:nocopy']) {
    assert.throws(() => parseVolumesFrom(spec), Error, spec);
  }
  const [inherited] = inheritMounts([parseBind('data:/x', '')], 'ro');
  assert.equal(inherited?.readWrite, false);
  assert.equal(inherited?.copyUp, false);
});

function destinations(
  host: HostConfig,
  volumes: readonly string[],
  inherited: MountRecord[] = [],
): string[] {
  const config = { Volumes: Object.fromEntries(volumes.map((name) => [name, {}])) };
  return planMounts(config, host, inherited).map(
    (mount) =>
      `${mount.destination}=${mount.name ?? mount.source}${mount.anonymous ? 'anonymous' : ''}`,
  );
}

test('own mounts replace inherited ones, and image volumes come last', () => {
  const inherited = [parseBind('old:/a', ''), parseBind('kept:/b', '')];
  assert.deepEqual(destinations({ Binds: ['new:/a'] }, ['/a', '/c/'], inherited), [
    '/a=new',
    '/b=kept',
    '/c=anonymous',
  ]);
  assert.deepEqual(destinations({ Tmpfs: { '/c': '' } }, ['/c']), []);
});

test('two mounts on one destination are refused', () => {
  for (const host of [
    { Binds: ['aa:/x', 'bb:/x/'] },
    { Binds: ['aa:/x'], Mounts: [{ Type: 'volume', Target: '/x' }] },
    { Binds: ['aa:/x'], Tmpfs: { '/x': '' } },
  ] as const) {
    assert.throws(() => destinations(host, []), { message: 'Duplicate mount point: /x' });
  }
});
