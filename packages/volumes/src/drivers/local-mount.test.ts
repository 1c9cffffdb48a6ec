import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError } from '@berth/kernel';
import { localMounts, mountFailure } from './local-mount.ts';
import { withResolvedAddress } from './network-address.ts';

test('options of NFS go to the kernel as data, with the address of the server', async () => {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return '192.0.2.7';
  };
  const nfs = { type: 'nfs', device: ':/export', o: 'addr=files.example,rw,nfsvers=4,nolock' };
  const resolved = await withResolvedAddress(nfs, resolve);
  assert.deepEqual(localMounts(resolved, '/t'), [
    {
      source: ':/export',
      target: '/t',
      fsType: 'nfs',
      flags: [],
      data: 'addr=192.0.2.7,nfsvers=4,nolock',
    },
  ]);
  const unchanged = [
    { ...nfs, o: 'addr=192.0.2.1,ro' },
    { ...nfs, o: 'addr=2001:db8::1' },
    { ...nfs, o: 'ro' },
    { type: 'tmpfs', device: 'tmpfs', o: 'addr=files.example' },
  ];
  for (const options of unchanged) {
    assert.deepEqual(await withResolvedAddress(options, resolve), options);
  }
  assert.deepEqual(asked, ['files.example']);
});

test('binds, also read-only and of whole trees', () => {
  const bind = { type: 'none', device: '/srv' };
  assert.deepEqual(localMounts({ ...bind, o: 'bind' }, '/t'), [
    { source: '/srv', target: '/t', flags: ['bind'] },
  ]);
  assert.deepEqual(localMounts({ ...bind, o: 'rbind,ro,noexec' }, '/t'), [
    { source: '/srv', target: '/t', flags: ['bind', 'rec'] },
    { source: '/srv', target: '/t', flags: ['bind', 'remount', 'ro', 'noexec'] },
  ]);
});

test("a failed mount is told in Docker's words", () => {
  const error = (errno: string) => new KernelError('mount', errno, '/t');
  assert.equal(
    mountFailure({ source: '/no', target: '/t', flags: ['bind'] }, error('ENOENT')),
    'mount /no:/t, flags: 0x1000: no such file or directory',
  );
  assert.equal(
    mountFailure(
      { source: 'x', target: '/t', fsType: 'x', flags: [], data: 'a=b' },
      error('ENODEV'),
    ),
    'mount x:/t, data: a=b: no such device',
  );
});
