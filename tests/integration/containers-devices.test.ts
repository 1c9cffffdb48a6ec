import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ContainersFixture } from './containers-fixture.ts';

let fixture: ContainersFixture;
before(async () => {
  fixture = await ContainersFixture.create();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  assert.deepEqual(fixture.leftovers(), []);
});

const devices = `
cdiVersion: 0.6.0
kind: acme.org/gpu
containerEdits: {env: [ACME=all]}
devices:
  - name: all
    containerEdits:
      env: [ACME_DEVICE=zero]
      deviceNodes: [{path: /dev/acme, hostPath: /dev/zero, permissions: r}]
      mounts: [{hostPath: MOUNTED, containerPath: /acme, options: [ro]}]
      additionalGids: [4711]
`;

test('devices of specifications, by name and by --gpus', async () => {
  const folder = join(fixture.folder, 'cdi');
  mkdirSync(folder);
  writeFileSync(join(folder, 'library'), 'from the host\n');
  writeFileSync(join(folder, 'acme.yaml'), devices.replace('MOUNTED', join(folder, 'library')));
  const script = 'echo $ACME $ACME_DEVICE; head -c 3 /dev/acme | wc -c; cat /acme; id -G';
  const asked = [
    { Driver: 'cdi', DeviceIDs: ['acme.org/gpu=all'] },
    { Count: -1, Capabilities: [['gpu']] },
  ];
  for (const request of asked) {
    const { output } = await fixture.run(['sh', '-c', script], {
      HostConfig: { DeviceRequests: [request] },
    });
    const [variables, bytes, mounted, groups] = output.split('\n');
    assert.deepEqual([variables, bytes, mounted], ['all zero', '3', 'from the host']);
    assert.ok(groups?.split(' ').includes('4711'));
  }
  const { service } = fixture;
  const { Id: id } = await service.create(
    {
      Image: 'busybox',
      HostConfig: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['acme.org/gpu=9'] }] },
    },
    {},
  );
  await assert.rejects(service.start(id), {
    message: 'CDI device injection failed: unresolvable CDI devices acme.org/gpu=9',
  });
  await service.remove(id);
});

test('limits of a block device and rules for devices reach the kernel', async () => {
  const script =
    'cat /proc/self/cgroup >/dev/null; mknod /null c 1 3 && echo x >/null && echo made';
  const { output, exitCode } = await fixture.run(['sh', '-c', script], {
    HostConfig: { DeviceCgroupRules: ['c 1:3 rwm'], PidsLimit: 20, CpuShares: 512 },
  });
  assert.deepEqual([output, exitCode], ['made\n', 0]);
});
