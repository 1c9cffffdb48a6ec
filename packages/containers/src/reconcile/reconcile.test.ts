import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createHarness } from '../../testsuite/harness.ts';

class Killed extends Error {}

/** Ends the operation at one point for good, as a killed daemon would: no undo step has an effect. */
function killAt(point: string): { faultPoint: (name: string) => void; struck: () => boolean } {
  let struck = false;
  return {
    struck: () => struck,
    faultPoint: (name) => {
      if (name !== point) return;
      struck = true;
      throw new Killed(point);
    },
  };
}

test('running containers are adopted', async () => {
  await using harness = await createHarness();
  await harness.service.create({ Image: 'busybox' }, { name: 'web' });
  await harness.service.start('web');
  const next = await harness.restart();
  assert.equal((await next.inspect('web')).State?.Status, 'running');
  assert.equal(harness.networks.reconciled?.size, 1);
  const { result } = await next.wait('web', 'not-running');
  await harness.shims.last.finish(7);
  assert.deepEqual(await result, { StatusCode: 7 });
});

test('an end that no daemon saw is read from the exit file', async () => {
  await using harness = await createHarness();
  const { Id: id } = await harness.service.create({ Image: 'busybox' }, { name: 'web' });
  await harness.service.start('web');
  const shim = harness.shims.last;
  // The old daemon is dead: nobody deals with the exit.
  Object.defineProperty(shim, 'exit', { value: new Promise(() => undefined) });
  const record = harness.database.table<{ id: string; facts: object }>({
    name: 'containers',
    key: (row) => row.id,
  });
  const before = record.get(id);
  await shim.finish(9);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await mkdir(path.dirname(shim.options.exitFile), { recursive: true });
  if (before !== undefined) record.put(before);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    shim.options.exitFile,
    JSON.stringify({
      code: 9,
      signal: 0,
      exitedAt: '2030-01-01T00:00:00Z',
      oomKilled: false,
      oomCount: 0,
      lost: false,
    }),
  );
  const next = await harness.restart();
  const { State: state } = await next.inspect('web');
  assert.deepEqual([state?.Status, state?.ExitCode], ['exited', 9]);
  assert.ok(!existsSync(path.join(harness.folder, 'run/containers', id)));
});

test('a container whose shim vanished without a word has exit code 255', async () => {
  await using harness = await createHarness();
  await harness.service.create({ Image: 'busybox' }, { name: 'web' });
  await harness.service.start('web');
  harness.shims.last.phase = 'gone';
  const next = await harness.restart();
  const { State: state } = await next.inspect('web');
  assert.deepEqual([state?.Status, state?.ExitCode], ['exited', 255]);
  assert.equal(harness.networks.sandboxes.size, 0);
  assert.equal(harness.snapshotter.mounted.size, 0);
});

test('a create cut off at any point leaves nothing', async () => {
  for (const point of ['create.recorded', 'create.volumes', 'create.snapshot', 'create.copied']) {
    const fault = killAt(point);
    await using harness = await createHarness(fault);
    await assert.rejects(
      harness.service.create({ Image: 'busybox', Volumes: { '/a': {} } }, { name: 'web' }),
      Killed,
    );
    assert.ok(fault.struck(), point);
    const next = await harness.restart();
    assert.deepEqual(await next.list({ all: true }), [], point);
    assert.equal(harness.snapshotter.containers.size, 0, point);
    assert.equal(harness.volumes.volumes.size, 0, point);
    await next.create({ Image: 'busybox' }, { name: 'web' });
  }
});

test('a removal cut off at any point is finished', async () => {
  const points = ['marked', 'snapshot', 'folder', 'released', 'volumes'];
  for (const point of points.map((step) => `remove.${step}`)) {
    const fault = killAt(point);
    await using harness = await createHarness(fault);
    await harness.service.create({ Image: 'busybox', Volumes: { '/a': {} } }, { name: 'web' });
    await assert.rejects(harness.service.remove('web', { volumes: true }));
    assert.ok(fault.struck(), point);
    const next = await harness.restart();
    assert.deepEqual(await next.list({ all: true }), [], point);
    assert.equal(harness.volumes.volumes.size, 0, point);
  }
});

test('strays are removed: snapshots and folders without a record', async () => {
  await using harness = await createHarness();
  const stray = 'f'.repeat(64);
  harness.snapshotter.containers.add(stray);
  await mkdir(path.join(harness.folder, 'data/containers', stray), { recursive: true });
  await mkdir(path.join(harness.folder, 'run/containers', stray), { recursive: true });
  await harness.restart();
  assert.equal(harness.snapshotter.containers.size, 0);
  assert.ok(!existsSync(path.join(harness.folder, 'data/containers', stray)));
  assert.ok(!existsSync(path.join(harness.folder, 'run/containers', stray)));
});

test('restart policies bring containers up with the daemon', async () => {
  await using harness = await createHarness();
  const make = async (name: string, policy: string, stopFirst: boolean) => {
    await harness.service.create(
      { Image: 'busybox', HostConfig: { RestartPolicy: { Name: policy } } },
      { name },
    );
    await harness.service.start(name);
    if (stopFirst) await harness.service.stop(name);
    else harness.shims.last.phase = 'gone';
  };
  await make('always-stopped', 'always', true);
  await make('unless-stopped', 'unless-stopped', true);
  await make('unless-lost', 'unless-stopped', false);
  await make('never', 'no', false);
  const next = await harness.restart();
  await next.shutdown('leave-running', 1);
  const up = (await next.list({})).map((summary) => summary.Names?.[0]).sort();
  assert.deepEqual(up, ['/always-stopped', '/unless-lost']);
});
