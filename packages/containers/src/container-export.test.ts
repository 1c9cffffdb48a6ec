import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createHarness } from '../testsuite/harness.ts';

test('a stopped container is mounted for the time of its export', async () => {
  await using harness = await createHarness();
  const { service, snapshotter } = harness;
  await service.create({ Image: 'busybox' }, { name: 'web' });
  const stream = await service.export('web');
  assert.equal(snapshotter.mounted.size, 1);
  assert.equal(await text(stream), `tar of ${harness.folder}`);
  await turn();
  assert.equal(snapshotter.mounted.size, 0);
  assert.deepEqual(snapshotter.packs, [{ directory: harness.folder, whiteouts: 'none' }]);
  assert.deepEqual(harness.actions(), ['create web', 'export web']);
});

test('the root stays mounted while either the run or an export needs it', async () => {
  await using harness = await createHarness();
  const { service, shims, snapshotter } = harness;
  await service.create({ Image: 'busybox' }, { name: 'web' });
  await service.start('web');
  const ends = await service.export('web');
  const stays = await service.export('web');
  ends.destroy();
  await once(ends, 'close');
  await turn();
  assert.equal(snapshotter.mounted.size, 1, 'the run holds it');
  const { result } = await service.wait('web', 'not-running');
  await shims.last.finish(0);
  await result;
  assert.equal(snapshotter.mounted.size, 1, 'the second export holds it');
  stays.destroy();
  await once(stays, 'close');
  await turn();
  assert.equal(snapshotter.mounted.size, 0);
  assert.ok(!harness.actions().includes('export web'), 'neither export was finished');
});

test('the removal of the container cuts its export off', async () => {
  await using harness = await createHarness();
  const { service, snapshotter } = harness;
  const { Id: id } = await service.create({ Image: 'busybox' }, {});
  const stream = await service.export(id);
  const failed = once(stream, 'close').catch((error: unknown) => error);
  await service.remove(id);
  assert.match(String(await failed), /was removed while it was being exported/);
  await turn();
  assert.equal(snapshotter.mounted.size, 0);
});
