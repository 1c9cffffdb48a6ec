import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createHarness, type Harness } from '../testsuite/harness.ts';

async function nothingLeft(harness: Harness): Promise<void> {
  assert.deepEqual([...harness.snapshotter.mounted], [], 'mounted snapshots');
  assert.deepEqual([...harness.networks.sandboxes.keys()], [], 'sandboxes');
  assert.ok(
    [...harness.volumes.mounts.values()].every((count) => count === 0),
    'mounted volumes',
  );
}

test('create, start, exit, remove: states, facts and events', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  const { Id: id, Warnings: warnings } = await service.create(
    { Image: 'busybox', Cmd: ['echo', 'hi'] },
    { name: 'web' },
  );
  assert.deepEqual(warnings, []);
  assert.equal((await service.inspect('web')).State?.Status, 'created');
  assert.equal(await service.start(id), true);
  assert.equal(await service.start('web'), false);
  const running = await service.inspect(id.slice(0, 10));
  assert.equal(running.State?.Status, 'running');
  assert.equal(running.State?.Pid, shims.last.shimPid + 1);
  assert.equal(running.NetworkSettings?.IPAddress, '172.17.0.2');
  const spec = JSON.parse(
    readFileSync(path.join(shims.last.options.bundle, 'config.json'), 'utf8'),
  );
  assert.deepEqual(spec.process.args, ['echo', 'hi']);
  const { result } = await service.wait('web', 'not-running');
  await shims.last.finish(3);
  assert.deepEqual(await result, { StatusCode: 3 });
  const exited = await service.inspect('web');
  assert.equal(exited.State?.Status, 'exited');
  assert.equal(exited.State?.ExitCode, 3);
  assert.equal(exited.State?.Pid, 0);
  await nothingLeft(harness);
  await service.remove('web');
  await assert.rejects(service.inspect('web'), { message: 'No such container: web' });
  assert.deepEqual(harness.actions(), ['create web', 'start web', 'die web', 'destroy web']);
  assert.equal(harness.snapshotter.containers.size, 0);
  assert.ok(!existsSync(path.join(harness.folder, 'data/containers', id)));
  assert.ok(!existsSync(path.join(harness.folder, 'run/containers', id)));
  assert.deepEqual(harness.reported, []);
});

test('the name is free as soon as a wait for the removal returns', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  for (let round = 0; round < 5; round++) {
    await service.create({ Image: 'busybox', HostConfig: { AutoRemove: true } }, { name: 'again' });
    const { result } = await service.wait('again', 'removed');
    await service.start('again');
    await shims.last.finish(round);
    assert.deepEqual(await result, { StatusCode: round });
  }
});

test('a name that is taken is refused with the holder named', async () => {
  await using harness = await createHarness();
  const { Id: id } = await harness.service.create({ Image: 'busybox' }, { name: 'web' });
  await assert.rejects(harness.service.create({ Image: 'busybox' }, { name: 'web' }), {
    message: `Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    kind: 'conflict',
  });
});

test('stop sends the signal, then SIGKILL when patience ends', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox', StopSignal: 'SIGQUIT' }, { name: 'deaf' });
  await service.start('deaf');
  shims.last.deadlySignals = new Set([9]);
  assert.equal(await service.stop('deaf', { timeout: 0 }), true);
  assert.deepEqual(shims.last.signals, [3, 9]);
  assert.equal((await service.inspect('deaf')).State?.ExitCode, 137);
  assert.equal(await service.stop('deaf'), false);
  assert.deepEqual(harness.actions().slice(2), ['kill deaf', 'kill deaf', 'die deaf', 'stop deaf']);
});

test('while a stop waits, the container can be killed or removed', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox' }, { name: 'slow' });
  await service.start('slow');
  shims.last.deadlySignals = new Set([9]);
  const stopping = service.stop('slow', { timeout: -1 });
  await service.kill('slow', 'USR1');
  await service.kill('slow');
  assert.equal(await stopping, true);
  assert.deepEqual(shims.last.signals, [15, 10, 9]);
  await service.start('slow');
  shims.last.deadlySignals = new Set([9]);
  const again = service.stop('slow', { timeout: 1000 });
  await service.remove('slow', { force: true });
  assert.equal(await again, true);
});

test('restart of a --rm container does not remove it', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox', HostConfig: { AutoRemove: true } }, { name: 'web' });
  await service.start('web');
  await service.restart('web', { timeout: 1 });
  assert.equal((await service.inspect('web')).State?.Status, 'running');
  assert.equal(shims.launched.length, 2);
});

test('operations in the wrong state fail with Docker’s texts', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  const { Id: id } = await service.create({ Image: 'busybox' }, { name: 'web' });
  await assert.rejects(service.kill('web'), {
    message: `cannot kill container: web: container ${id} is not running`,
  });
  await assert.rejects(service.pause('web'), { message: `container ${id} is not running` });
  await assert.rejects(service.unpause('web'), { message: `Container ${id} is not paused` });
  await assert.rejects(service.execCreate('web', { Cmd: ['sh'] }), {
    message: `container ${id} is not running`,
  });
  await service.start('web');
  await assert.rejects(service.remove('web'), {
    message:
      'cannot remove container "/web": container is running: stop the container before removing or force remove',
  });
  harness.makeCgroup(id);
  await service.pause('web');
  await assert.rejects(service.start('web'), {
    message: 'cannot start a paused container, try unpause instead',
  });
  await assert.rejects(service.execCreate('web', { Cmd: ['sh'] }), {
    message: 'Container web is paused, unpause the container before exec',
  });
  await service.remove('web', { force: true });
  await nothingLeft(harness);
});

test('a failed start leaves nothing behind and says why', async () => {
  const cases: readonly (readonly [string, number, string])[] = [
    [
      'runc create failed: exec: "nope": executable file not found in $PATH',
      127,
      'invalid-argument',
    ],
    ['runc create failed: exec: "/etc/passwd": permission denied', 126, 'invalid-argument'],
    ['runc create failed: something broke', 128, 'internal'],
  ];
  for (const [message, exitCode, kind] of cases) {
    await using harness = await createHarness();
    const { service, shims } = harness;
    await service.create({ Image: 'busybox' }, { name: 'bad' });
    shims.startFailure = message;
    const text = `failed to create task for container: failed to create shim task: OCI runtime create failed: ${message}: unknown`;
    await assert.rejects(service.start('bad'), { message: text, kind });
    const { State: state, Id: id = '' } = await service.inspect('bad');
    assert.equal(state?.Status, 'created');
    assert.equal(state?.ExitCode, exitCode);
    assert.equal(state?.Error, text);
    await nothingLeft(harness);
    assert.ok(!existsSync(path.join(harness.folder, 'run/containers', id)));
    assert.equal(await service.start('bad'), true);
  }
});

test('a failed network or root leaves nothing behind', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await service.create(
    { Image: 'busybox', HostConfig: { Binds: ['data:/data'] } },
    { name: 'web' },
  );
  harness.networks.failing = 'Bind for 0.0.0.0:80 failed: port is already allocated';
  await assert.rejects(service.start('web'), { message: harness.networks.failing });
  await nothingLeft(harness);
  assert.equal(harness.shims.last.phase, 'gone');
  harness.networks.failing = undefined;
  harness.snapshotter.failing = 'mount';
  await assert.rejects(service.start('web'), { message: 'mount failed' });
  await nothingLeft(harness);
});

test('a failed create undoes every step', async () => {
  await using harness = await createHarness();
  const { service, volumes } = harness;
  harness.snapshotter.failing = 'createContainer';
  await assert.rejects(
    service.create(
      { Image: 'busybox', Volumes: { '/a': {} }, HostConfig: { Binds: ['named:/b'] } },
      { name: 'web' },
    ),
    { message: 'createContainer failed' },
  );
  assert.equal(volumes.volumes.size, 0);
  assert.deepEqual(await service.list({ all: true }), []);
  await service.create({ Image: 'busybox' }, { name: 'web' });
});

test('anonymous volumes go with rm -v, named ones stay', async () => {
  await using harness = await createHarness();
  const { service, volumes } = harness;
  const body = { Image: 'busybox', Volumes: { '/a': {} }, HostConfig: { Binds: ['named:/b'] } };
  await service.create(body, { name: 'web' });
  await service.create(
    { Image: 'busybox', HostConfig: { VolumesFrom: ['web'] } },
    { name: 'second' },
  );
  await service.remove('web', { volumes: true });
  assert.equal(volumes.volumes.size, 2);
  await service.remove('second', { volumes: true });
  assert.deepEqual([...volumes.volumes.keys()], ['named']);
});

test('out of memory is reported', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox' }, { name: 'fat' });
  await service.start('fat');
  shims.last.outOfMemory();
  const { result } = await service.wait('fat', 'next-exit');
  await shims.last.finish(137, { oomKilled: true, oomCount: 1 });
  await result;
  assert.equal((await service.inspect('fat')).State?.OOMKilled, true);
  assert.deepEqual(harness.actions().slice(2), ['oom fat', 'die fat']);
});

test('many operations at once on one container take turns', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await service.create({ Image: 'busybox' }, { name: 'busy' });
  const results = await Promise.all([
    service.start('busy'),
    service.start('busy'),
    service.stop('busy'),
    service.stop('busy'),
  ]);
  assert.deepEqual(results, [true, false, true, true]);
  assert.equal((await service.inspect('busy')).State?.Status, 'exited');
  assert.equal(await service.start('busy'), true);
});

test('only a missing image is "not found" at create: clients pull and try again', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await assert.rejects(service.create({ Image: 'nope' }, {}), { kind: 'not-found' });
  await assert.rejects(
    service.create({ Image: 'busybox', HostConfig: { VolumesFrom: ['nope'] } }, {}),
    { kind: 'invalid-argument', message: 'No such container: nope' },
  );
});

test('containers to join are looked for at start', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  const cases = [
    [{ NetworkMode: 'container:nope' }, 'No such container: nope'],
    [
      { PidMode: 'container:nope' },
      "can't join PID namespace of container nope: No such container: nope",
    ],
    [{ IpcMode: 'container:nope' }, "can't join IPC of container nope: No such container: nope"],
  ] as const;
  for (const [HostConfig, message] of cases) {
    const { Id: id } = await service.create({ Image: 'busybox', HostConfig }, {});
    await assert.rejects(service.start(id), { message });
    const { State } = await service.inspect(id);
    assert.deepEqual([State?.Status, State?.ExitCode, State?.Error], ['created', 128, message]);
    await nothingLeft(harness);
  }
});
