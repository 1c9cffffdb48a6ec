import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
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

const mib = 1 << 20;

test('memory and swap go up and down while the container runs; a refusal changes nothing', async () => {
  const { service, kernel, cgroupParent } = fixture;
  const { Id: id } = await service.create(
    { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { Memory: 32 * mib } },
    {},
  );
  await service.start(id);
  const cgroup = kernel.cgroups.locate(`${cgroupParent}/${id}`, 'cgroupfs');
  const file = cgroup.layout === 'v2' ? 'memory.max' : 'memory.limit_in_bytes';
  const limit = () => Number(kernel.cgroups.read(cgroup, 'memory', file));
  for (const size of [256, 16, 64]) {
    await service.update(id, { Memory: size * mib, MemorySwap: 2 * size * mib });
    assert.equal(limit(), size * mib);
  }
  await service.update(id, { MemorySwap: -1 });
  await assert.rejects(service.update(id, { MemoryReservation: 8 * mib, CpusetCpus: '0,9999' }), {
    code: 'containers.invalid-config',
  });
  const { HostConfig: shown } = await service.inspect(id);
  assert.deepEqual([shown?.Memory, shown?.MemorySwap, shown?.CpusetCpus], [64 * mib, -1, '']);
  await service.remove(id, { force: true });
});

test('rules by block device change while the container runs', async (context) => {
  const { service, kernel, cgroupParent } = fixture;
  const [name] = readdirSync('/sys/block').filter((each) => !/^(loop|ram|zram|dm-)/.test(each));
  const device = `/dev/${name}`;
  const location = kernel.cgroups.locate(`${cgroupParent}/probe`, 'cgroupfs');
  if (name === undefined || !existsSync(device) || location.directories.blkio === undefined) {
    context.skip('needs a disk and cgroup v1 with the controller blkio');
    return;
  }
  const { Id: id } = await service.create({ Image: 'busybox', Cmd: ['sleep', '600'] }, {});
  await service.start(id);
  const cgroup = kernel.cgroups.locate(`${cgroupParent}/${id}`, 'cgroupfs');
  const rates = () =>
    kernel.cgroups.read(cgroup, 'blkio', 'blkio.throttle.read_bps_device')?.trim().split(' ')[1];
  await service.update(id, { BlkioDeviceReadBps: [{ Path: device, Rate: 5 * mib }] });
  assert.equal(rates(), String(5 * mib));
  await service.update(id, { Memory: 64 * mib, MemorySwap: 64 * mib });
  assert.equal(rates(), String(5 * mib));
  const wrong = { BlkioDeviceReadBps: [{ Path: '/dev/nonexistent', Rate: mib }] };
  await assert.rejects(service.update(id, wrong), /\/dev\/nonexistent/);
  const { HostConfig: shown } = await service.inspect(id);
  assert.deepEqual(shown?.BlkioDeviceReadBps, [{ Path: device, Rate: 5 * mib }]);
  await service.update(id, { BlkioDeviceReadBps: [] });
  assert.equal(rates(), undefined);
  await service.remove(id, { force: true });
});

test('an export outlives the run, and its own end unmounts the root', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'dd if=/dev/zero of=/big bs=1M count=24 2>/dev/null; sleep 600'],
    },
    {},
  );
  await service.start(id);
  await eventually(async () => {
    const changes = await service.changes(id);
    assert.ok(changes.some((change) => change.Path === '/big'));
  });
  const whole = await service.export(id);
  await once(whole, 'readable');
  await service.kill(id);
  const tar = await buffer(whole);
  assert.ok(tar.includes('big') && tar.length > 10 * mib);
  const aborted = await service.export(id);
  await once(aborted, 'readable');
  aborted.destroy();
  await once(aborted, 'close');
  await eventually(() => {
    const mounted = fixture.kernel.mounts.list().map((mount) => mount.mountPoint);
    assert.ok(!mounted.some((point) => point.startsWith(fixture.folder) && point.includes(id)));
  });
  await service.remove(id);
});
