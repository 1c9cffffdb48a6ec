import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createEventBus, type EventBus } from '@berth/events';
import type { Kernel, MountOptions } from '@berth/kernel';
import { WorkerPool } from '@berth/snapshots';
import { openDatabase } from '@berth/state';
import { createVolumeService } from './create-volume-service.ts';
import type { VolumeService } from './volume-service.ts';

interface Fixture {
  readonly service: VolumeService;
  readonly events: EventBus;
  readonly root: string;
  readonly mounts: MountOptions[];
}

function fixture(context: TestContext): Fixture {
  const root = mkdtempSync(path.join(tmpdir(), 'berth-volumes-'));
  const mounts: MountOptions[] = [];
  const kernel = {
    mounts: {
      mount: (options: MountOptions) => mounts.push(options),
      mountAsync: async (options: MountOptions) => void mounts.push(options),
      unmount: (target: string) => {
        const kept = mounts.filter((mount) => mount.target !== target);
        mounts.splice(0, mounts.length, ...kept);
      },
      unmountAsync: async (target: string) => {
        const kept = mounts.filter((mount) => mount.target !== target);
        mounts.splice(0, mounts.length, ...kept);
      },
      list: (prefix: string) => mounts.filter((mount) => mount.target === prefix),
    },
  } as unknown as Kernel;
  const workers = new WorkerPool({ size: 1 });
  const events = createEventBus();
  context.after(async () => {
    await workers[Symbol.asyncDispose]();
    rmSync(root, { recursive: true });
  });
  const service = createVolumeService({
    kernel,
    database: openDatabase(':memory:'),
    events,
    workers,
    transfer: {} as never,
    clock: { now: () => new Date('2024-01-02T03:04:05.678Z') },
    root: path.join(root, 'volumes'),
  });
  return { service, events, root, mounts };
}

test('create is idempotent, inspect shows what Docker shows', async (context) => {
  const { service, root, events } = fixture(context);
  const first = await service.create({ Name: 'data', Labels: { a: 'b' } });
  assert.deepEqual(await service.create({ Name: 'data' }), first);
  assert.deepEqual(first, {
    CreatedAt: '2024-01-02T03:04:05Z',
    Driver: 'local',
    Labels: { a: 'b' },
    Mountpoint: path.join(root, 'volumes/data/_data'),
    Name: 'data',
    Options: {},
    Scope: 'local',
  });
  assert.ok(existsSync(first.Mountpoint));
  assert.deepEqual(
    events.replay({ sinceNano: 0n }).map((event) => event.action),
    ['create'],
  );
});

test('bad names, drivers and options are refused', async (context) => {
  const { service } = fixture(context);
  await assert.rejects(service.create({ Name: 'a' }), (e) =>
    isEngineError(e, 'volumes.name-too-short'),
  );
  await assert.rejects(service.create({ Name: '../x' }), (e) =>
    isEngineError(e, 'volumes.invalid-name'),
  );
  await assert.rejects(service.create({ Name: 'x'.repeat(300) }), (e) =>
    isEngineError(e, 'volumes.name-too-long'),
  );
  await assert.rejects(service.create({ Name: 'ok', Driver: 'nfs' }), /plugin "nfs" not found/);
  await assert.rejects(
    service.create({ Name: 'ok', DriverOpts: { colour: 'red' } }),
    /invalid option: "colour"/,
  );
  await assert.rejects(
    service.create({ Name: 'ok', DriverOpts: { size: '1' } }),
    /quota size requested but no quota support/,
  );
  await assert.rejects(
    service.create({ Name: 'ok', DriverOpts: { type: 'tmpfs' } }),
    /missing required option: "device"/,
  );
  assert.deepEqual((await service.list({})).volumes, []);
  await assert.rejects(service.inspect('ok'), { message: 'get ok: no such volume' });
});

test('a used volume is kept; released anonymous ones are reported', async (context) => {
  const { service } = fixture(context);
  const anonymous = await service.create({});
  await service.create({ Name: 'named' });
  service.reference({ volume: 'named', containerId: 'c1' });
  service.reference({ volume: anonymous.Name, containerId: 'c1' });
  service.reference({ volume: 'named', containerId: 'c2' });
  await assert.rejects(service.remove('named', { force: true }), {
    message: 'remove named: volume is in use - [c1, c2]',
  });
  assert.deepEqual(service.release('c1'), [anonymous.Name]);
  assert.deepEqual(service.usersOf('named'), ['c2']);
  assert.deepEqual(service.release('c2'), []);
  await service.remove('named');
  await assert.rejects(service.remove('named'), (e) => isEngineError(e, 'volumes.not-found'));
  await service.remove('named', { force: true });
});

test('filters choose by name, label and use; prune takes anonymous ones unless told', async (context) => {
  const { service } = fixture(context);
  const anonymous = await service.create({});
  await service.create({ Name: 'alpha', Labels: { tier: 'db' } });
  await service.create({ Name: 'beta' });
  service.reference({ volume: 'beta', containerId: 'c1' });
  const names = async (filters: Record<string, string[]>) =>
    (await service.list(filters)).volumes.map((volume) => volume.Name);
  assert.deepEqual(await names({ name: ['lph'] }), ['alpha']);
  assert.deepEqual(await names({ label: ['tier=db'] }), ['alpha']);
  assert.deepEqual(await names({ label: ['tier=web'] }), []);
  assert.deepEqual(await names({ dangling: ['false'] }), ['beta']);
  assert.deepEqual(await names({ driver: ['other'] }), []);
  await assert.rejects(names({ color: ['red'] }), { message: "invalid filter 'color'" });
  assert.deepEqual((await service.prune({})).deleted, [anonymous.Name]);
  assert.deepEqual((await service.prune({ all: ['true'], 'label!': ['tier'] })).deleted, []);
  assert.deepEqual((await service.prune({ all: ['true'] })).deleted, ['alpha']);
});

test('the first use copies the content of the image, once', async (context) => {
  const { service, root } = fixture(context);
  const image = path.join(root, 'image');
  mkdirSync(path.join(image, 'sub'), { recursive: true, mode: 0o751 });
  writeFileSync(path.join(image, 'sub/file'), 'content');
  const volume = await service.create({ Name: 'data' });
  const use = { containerId: 'c1', destination: '/d', readWrite: true, propagation: '' };
  await service.populate('data', image, use);
  assert.ok(existsSync(path.join(volume.Mountpoint, 'sub/file')));
  rmSync(path.join(volume.Mountpoint, 'sub/file'));
  await service.populate('data', image, use);
  assert.ok(!existsSync(path.join(volume.Mountpoint, 'sub/file')));
  const usage = await service.diskUsage();
  assert.equal(usage[0]?.references, 0);
});

test('driver options are mounted for the first user and unmounted after the last', async (context) => {
  const { service, mounts, events } = fixture(context);
  const use = (containerId: string) => ({
    containerId,
    destination: '/in/side',
    readWrite: false,
    propagation: 'rprivate',
  });
  await service.create({
    Name: 'fast',
    DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,nosuid' },
  });
  const target = await service.mount('fast', use('c1'));
  await service.mount('fast', use('c2'));
  assert.deepEqual(mounts, [
    { source: 'tmpfs', target, fsType: 'tmpfs', flags: ['nosuid'], data: 'size=1m' },
  ]);
  const [mounted] = events.replay({ sinceNano: 0n }).filter(({ action }) => action === 'mount');
  assert.deepEqual(mounted?.attributes, {
    container: 'c1',
    destination: '/in/side',
    driver: 'local',
    propagation: 'rprivate',
    'read/write': 'false',
  });
  await service.unmount('fast', 'c1');
  assert.equal(mounts.length, 1);
  await service.unmount('fast', 'c2');
  assert.equal(mounts.length, 0);
});

test('reconcile adopts folders with data and drops half-removed ones', async (context) => {
  const { service, root } = fixture(context);
  mkdirSync(path.join(root, 'volumes/found/_data'), { recursive: true });
  mkdirSync(path.join(root, 'volumes/.removing-1/_data'), { recursive: true });
  await service.reconcile();
  assert.deepEqual(
    (await service.list({})).volumes.map((volume) => volume.Name),
    ['found'],
  );
  assert.ok(!existsSync(path.join(root, 'volumes/.removing-1')));
});

test('a volume that is being removed can neither be referred to nor found', async (context) => {
  const { service } = fixture(context);
  await service.create({ Name: 'going' });
  const removal = service.remove('going');
  assert.throws(() => service.reference({ volume: 'going', containerId: 'c1' }), /no such volume/);
  const again = await service.create({ Name: 'going' });
  await removal;
  assert.ok(existsSync(again.Mountpoint));
});
