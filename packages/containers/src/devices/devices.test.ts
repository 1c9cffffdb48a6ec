import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RuntimeSpec } from '@berth/runtime';
import { applyEdits } from './apply-edits.ts';
import { readCdiDevices } from './cdi-registry.ts';
import { readCdiSpec } from './cdi-spec.ts';
import { requestedDevices } from './device-requests.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-cdi-'));
after(() => rmSync(folder, { recursive: true }));

const gpus = `
cdiVersion: 0.6.0
kind: nvidia.com/gpu
containerEdits:
  env: [DRIVER=1]
  hooks: [{hookName: createContainer, path: /bin/hook, args: [hook, ldcache]}]
devices:
  - name: "0"
    containerEdits:
      deviceNodes: [{path: /dev/nvidia0}, {path: /dev/other, hostPath: /dev/null, permissions: r}]
      mounts: [{hostPath: /lib/a, containerPath: /lib/b, options: [ro, bind]}]
  - name: all
    containerEdits: {env: [ALL=1], additionalGids: [44]}
`;

test('specifications of folders, the later first', async () => {
  const [first, second] = [join(folder, 'etc'), join(folder, 'run')];
  for (const path of [first, second]) mkdirSync(path);
  writeFileSync(join(first, 'gpu.yaml'), gpus);
  writeFileSync(join(first, 'broken.json'), '{');
  const card = (env: string) =>
    JSON.stringify({
      cdiVersion: '0.5.0',
      kind: 'acme.org/card',
      devices: [{ name: 'a', containerEdits: { env: [env] } }],
    });
  writeFileSync(join(first, 'card.json'), card('OLD=1'));
  writeFileSync(join(second, 'card.json'), card('NEW=1'));
  const found = await readCdiDevices([first, second, join(folder, 'nosuch')]);
  assert.deepEqual([...found.devices.keys()].sort(), [
    'acme.org/card=a',
    'nvidia.com/gpu=0',
    'nvidia.com/gpu=all',
  ]);
  assert.deepEqual(found.devices.get('acme.org/card=a')?.edits.env, ['NEW=1']);
  assert.deepEqual([...found.problems.keys()], [join(first, 'broken.json')]);
  const gpu = (more: object) => [{ Capabilities: [['gpu']], ...more }];
  assert.deepEqual(requestedDevices(gpu({ Count: -1 }), found), ['nvidia.com/gpu=all']);
  assert.deepEqual(requestedDevices(gpu({ Count: 1 }), found), ['nvidia.com/gpu=0']);
  assert.deepEqual(requestedDevices(gpu({ DeviceIDs: ['0'] }), found), ['nvidia.com/gpu=0']);
  const named = [{ Driver: 'cdi', DeviceIDs: ['acme.org/card=a'] }];
  assert.deepEqual(requestedDevices(named, found), ['acme.org/card=a']);
  assert.throws(() => requestedDevices(gpu({ Count: 2 }), found), {
    message: 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=1',
  });
  assert.throws(() => requestedDevices(gpu({ Count: -1, Driver: 'amd' }), found), {
    message: 'could not select device driver "amd" with capabilities: [[gpu]]',
  });
  writeFileSync(join(second, 'twice.json'), card('TWICE=1'));
  const twice = await readCdiDevices([first, second]);
  assert.throws(() => requestedDevices(named, twice), /conflicting specifications/);
});

test('what a specification must not be', () => {
  const spec = (containerEdits: object) => ({
    cdiVersion: '0.6.0',
    kind: 'a.b/c',
    devices: [{ name: 'x', containerEdits }],
  });
  const bad: readonly unknown[] = [
    'text',
    { cdiVersion: '0.6.0', kind: 'nokind' },
    spec({ deviceNodes: [{ path: 'relative' }] }),
    spec({ hooks: [{ hookName: 'never', path: '/x' }] }),
    spec({ mounts: [{ hostPath: '/x' }] }),
    spec({ intelRdt: { closID: 'x' } }),
    { ...spec({}), devices: [{ name: 'x' }, { name: 'x' }] },
  ];
  for (const document of bad) assert.throws(() => readCdiSpec(document), JSON.stringify(document));
});

test('edits go into the runtime configuration', () => {
  const edits = {
    env: ['A=new'],
    deviceNodes: [{ path: '/dev/x', hostPath: '/dev/null', permissions: 'r' }],
    mounts: [{ hostPath: '/lib/a', containerPath: '/lib/b', options: ['ro'] }],
    hooks: [{ hookName: 'poststop', path: '/bin/hook' }],
    additionalGids: [44],
  };
  const before = {
    process: { env: ['A=old', 'B=1'], user: { uid: 5, gid: 6 } },
    mounts: [],
    linux: { devices: [], resources: { devices: [{ allow: false }] } },
  } as unknown as RuntimeSpec;
  const nodes = new Map([['/dev/null', { type: 'c', major: 1, minor: 3 } as const]]);
  const { process, mounts, linux, hooks } = applyEdits(before, [edits], nodes);
  assert.deepEqual(process.env, ['B=1', 'A=new']);
  assert.deepEqual(process.user.additionalGids, [44]);
  assert.deepEqual(mounts, [
    { destination: '/lib/b', source: '/lib/a', type: 'bind', options: ['rbind', 'ro'] },
  ]);
  assert.deepEqual(linux.devices, [
    { path: '/dev/x', type: 'c', major: 1, minor: 3, uid: 5, gid: 6 },
  ]);
  assert.deepEqual(linux.resources.devices, [
    { allow: false },
    { allow: true, type: 'c', major: 1, minor: 3, access: 'r' },
  ]);
  assert.deepEqual(hooks, { poststop: [{ path: '/bin/hook' }] });
});
