import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerConfig } from '@berth/engine-api';
import type { ImageRunConfig } from '@berth/oci';
import { withConfigDefaults } from './container-config-defaults.ts';
import { commandLine, mergeImageConfig } from './image-config-merge.ts';

const image: ImageRunConfig = {
  User: 'app',
  Env: ['PATH=/bin', 'A=image'],
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  WorkingDir: '/srv',
  Labels: { from: 'image', both: 'image' },
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  StopSignal: 'SIGQUIT',
};

function command(user: ContainerConfig): string {
  const { path, args } = commandLine(mergeImageConfig(user, image));
  return [path, ...args].join(' ');
}

test('entrypoint and command', () => {
  assert.equal(command({}), '/entry serve');
  assert.equal(command({ Cmd: ['other'] }), '/entry other');
  assert.equal(command({ Entrypoint: ['/own'] }), '/own');
  assert.equal(command({ Entrypoint: ['/own'], Cmd: ['x'] }), '/own x');
  assert.equal(command({ Entrypoint: [''], Cmd: ['sh'] }), 'sh');
  assert.equal(command({ Entrypoint: [''] }), '');
  assert.equal(command({ Entrypoint: [] }), 'serve');
});

test('variables, labels, ports and volumes are merged, the user first', () => {
  const merged = mergeImageConfig(
    { Env: ['A=user'], Labels: { both: 'user' }, ExposedPorts: { '53/udp': {} } },
    image,
  );
  assert.deepEqual(merged.Env, ['A=user', 'PATH=/bin']);
  assert.deepEqual(merged.Labels, { from: 'image', both: 'user' });
  assert.deepEqual(Object.keys(merged.ExposedPorts ?? {}).sort(), ['53/udp', '80/tcp']);
  assert.deepEqual(merged.Volumes, { '/data': {} });
  assert.equal(merged.User, 'app');
  assert.equal(merged.WorkingDir, '/srv');
  assert.equal(merged.StopSignal, 'SIGQUIT');
});

test('a hostile image configuration is taken for what is sound in it', () => {
  const hostile = {
    Env: 'PATH=/bin',
    Cmd: [1, 2],
    Entrypoint: { 0: 'x' },
    User: 7,
    Labels: { a: 1 },
    Volumes: ['/x'],
  } as unknown as ImageRunConfig;
  const merged = mergeImageConfig({ Cmd: ['sh'] }, hostile);
  assert.deepEqual(commandLine(merged), { path: 'sh', args: [] });
  assert.equal(merged.Env, null);
  assert.equal(merged.User, '');
});

test('what neither image nor user give is shown as dockerd shows it', () => {
  const given = { Env: [], Cmd: [], Entrypoint: [], Volumes: {}, ExposedPorts: {}, Labels: {} };
  for (const user of [{}, given]) {
    const shown = withConfigDefaults(mergeImageConfig(user, {}), 'host');
    assert.equal(shown.Env, null);
    assert.equal(shown.Cmd, null);
    assert.equal(shown.Volumes, null);
    assert.equal(shown.OnBuild, null);
    assert.deepEqual(shown.Entrypoint, user === given ? [] : null);
    assert.deepEqual(shown.Labels, {});
    assert.ok(!('ExposedPorts' in shown) && !('Shell' in shown));
  }
});
