import assert from 'node:assert/strict';
import { existsSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { ContainersFixture } from './containers-fixture.ts';

let fixture: ContainersFixture;
before(async () => {
  fixture = await ContainersFixture.create();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  await eventually(() => assert.deepEqual(fixture.leftovers(), []));
});

async function output(command: string, host: object, more: object = {}): Promise<string> {
  return (await fixture.run(['sh', '-c', command], { HostConfig: host, ...more })).output;
}

test('binds: read-write, read-only, and the source that -v makes', async () => {
  const source = join(fixture.folder, 'source');
  await mkdir(source);
  await writeFile(join(source, 'in'), 'text\n');
  assert.equal(await output('cat /b/in; echo made >/b/out', { Binds: [`${source}:/b`] }), 'text\n');
  assert.equal(await readFile(join(source, 'out'), 'utf8'), 'made\n');
  assert.match(await output('touch /b/x 2>&1', { Binds: [`${source}:/b:ro`] }), /Read-only/);
  const missing = join(fixture.folder, 'made/by/v');
  await output('true', { Binds: [`${missing}:/b`] });
  assert.ok(existsSync(missing));
  await assert.rejects(
    output('true', { Mounts: [{ Type: 'bind', Source: `${missing}/x`, Target: '/b' }] }),
    {
      message: `invalid mount config for type "bind": bind source path does not exist: ${missing}/x`,
    },
  );
});

test('volumes: copy-up on first use, shared afterwards, gone with -v', async () => {
  const { service, volumes } = fixture;
  assert.equal(
    await output('cat /data/from-image', { Binds: ['named:/data'] }),
    'from the image\n',
  );
  await output('echo second >/data/from-image', { Binds: ['named:/data'] });
  assert.equal(await output('cat /data/from-image', { Binds: ['named:/data'] }), 'second\n');
  assert.equal(await output('ls /data', { Binds: ['plain:/data:nocopy'] }), '');
  const { Id: id } = await service.create({ Image: 'busybox', Volumes: { '/data': {} } }, {});
  const name = (await service.inspect(id)).Mounts?.[0]?.Name ?? '';
  assert.equal((await volumes.inspect(name)).Labels['com.docker.volume.anonymous'], '');
  assert.equal(await output('cat /data/from-image', { VolumesFrom: [id] }), 'from the image\n');
  await service.remove(id, { volumes: true });
});

test('tmpfs, shared memory, read-only root, subpath', async () => {
  assert.match(await output('df -k /t | grep -c tmpfs', { Tmpfs: { '/t': 'size=1m' } }), /^1\n$/);
  assert.match(await output('df -k /dev/shm', { ShmSize: 8 << 20 }), /\b8192\b/);
  assert.match(
    await output('touch /x 2>&1; touch /t/x && echo fine', {
      ReadonlyRootfs: true,
      Tmpfs: { '/t': '' },
    }),
    /Read-only[\s\S]*fine/,
  );
  await output('mkdir /v/sub; echo deep >/v/sub/file', { Binds: ['deep:/v'] });
  const subpath = (path: string) => ({
    Mounts: [{ Type: 'volume', Source: 'deep', Target: '/s', VolumeOptions: { Subpath: path } }],
  });
  assert.equal(await output('cat /s/file', subpath('sub')), 'deep\n');
  await output('busybox ln -s /etc /v/link', { Binds: ['deep:/v'] });
  await assert.rejects(output('ls /s', subpath('link')));
});

test('namespaces shared between containers, and with the host', async () => {
  const { service } = fixture;
  const { Id: donor } = await service.create(
    {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo shared >/dev/shm/file; sleep 1000'],
      HostConfig: { IpcMode: 'shareable' },
    },
    { name: 'donor' },
  );
  await service.start(donor);
  await eventually(async () =>
    assert.equal(await output('cat /dev/shm/file', { IpcMode: 'container:donor' }), 'shared\n'),
  );
  assert.match(await output('ps', { PidMode: 'container:donor' }), /sleep 1000/);
  const link = (pid: string | number, kind: string) => readlinkSync(`/proc/${pid}/ns/${kind}`);
  const pid = (await service.inspect(donor)).State?.Pid ?? 0;
  const seen = await output('busybox readlink /proc/self/ns/net', {
    NetworkMode: 'container:donor',
  });
  assert.equal(seen.trim(), link(pid, 'net'));
  const hostUts = await output('busybox readlink /proc/self/ns/uts', { UTSMode: 'host' });
  assert.equal(hostUts.trim(), link('self', 'uts'));
  const { Id: secret } = await service.create(
    { Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { IpcMode: 'private' } },
    { name: 'secret' },
  );
  await service.start(secret);
  await assert.rejects(output('true', { IpcMode: 'container:secret' }), {
    message: /non-shareable IPC/,
  });
  await service.remove('secret', { force: true });
  await service.remove('donor', { force: true });
});

test('devices, capabilities, privileged, init', async () => {
  assert.match(
    await output('ls -l /dev/my-null', {
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/my-null' }],
    }),
    /^crw/,
  );
  await assert.rejects(output('true', { Devices: [{ PathOnHost: '/dev/nope' }] }), {
    message:
      'error gathering device information while adding custom device "/dev/nope": no such file or directory',
  });
  const none = await output('grep CapEff /proc/self/status', { CapDrop: ['ALL'] });
  assert.match(none, /CapEff:\s+0{16}/);
  assert.match(await output('mount -t tmpfs x /tmp && echo ok', { Privileged: true }), /ok/);
  assert.match(
    await output('grep NoNewPrivs /proc/self/status', { SecurityOpt: ['no-new-privileges'] }),
    /1/,
  );
});
