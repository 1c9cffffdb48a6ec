import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { engineError } from '@berth/errors';
import { createEventBus } from '@berth/events';
import type { PluginClient, PluginRegistry } from '@berth/plugins';
import { openDatabase } from '@berth/state';
import { createVolumeService } from './create-volume-service.ts';

type Answers = Record<string, (body: Record<string, unknown>) => object>;

const lost = (method: string): never => {
  throw engineError('plugins.unreachable', { plugin: 'p', method, reason: 'it does not answer' });
};
const refused = (method: string): never => {
  throw engineError('plugins.failed', { plugin: 'p', method, reason: 'no' });
};

function fixture(context: TestContext) {
  const root = mkdtempSync(path.join(tmpdir(), 'berth-volumes-'));
  context.after(() => rmSync(root, { recursive: true }));
  const volumes = new Map<string, Set<string>>();
  const calls: string[] = [];
  const idsOf = (name: unknown) => volumes.get(String(name)) ?? refused('VolumeDriver');
  const answers: Answers = {
    Create: ({ Name }) => ({ made: volumes.set(String(Name), new Set()).size }),
    Get: ({ Name }) => ({ Volume: { Name, Status: { users: idsOf(Name).size } } }),
    Remove: ({ Name }) => ({ gone: volumes.delete(String(Name)) }),
    Mount: ({ Name, ID }) => {
      idsOf(Name).add(String(ID));
      return { Mountpoint: root };
    },
    Unmount: ({ Name, ID }) => ({ gone: idsOf(Name).delete(String(ID)) }),
    List: () => ({ Volumes: [...volumes.keys()].map((Name) => ({ Name })) }),
    Capabilities: () => ({}),
  };
  const plugin = {
    name: 'p',
    implements: async () => ['VolumeDriver'],
    call: async (method: string, body: Record<string, unknown>) => {
      calls.push(method);
      return answers[method.replace('VolumeDriver.', '')]?.(body) ?? {};
    },
  } as unknown as PluginClient;
  const plugins = {
    get: (name: string) => (name === 'p' ? plugin : undefined),
    names: () => ['p'],
  } satisfies Pick<PluginRegistry, 'get' | 'names'>;
  const database = openDatabase(':memory:');
  const reported: string[] = [];
  const service = () =>
    createVolumeService({
      ...{ database, plugins, root: path.join(root, 'volumes') },
      kernel: {} as never,
      events: createEventBus(),
      ...{ workers: {} as never, transfer: {} as never },
      clock: { now: () => new Date(0) },
      reportError: (error) => reported.push(String(error)),
    });
  return { service, answers, volumes, calls, reported };
}

const use = (containerId: string) => ({
  ...{ containerId, destination: '/d', readWrite: true, propagation: '' },
});

test('a plug-in is asked to mount once for each container', async (context) => {
  const { service, volumes, calls } = fixture(context);
  const volumeService = service();
  await volumeService.create({ Name: 'data', Driver: 'p' });
  await volumeService.mount('data', use('c1'));
  await volumeService.mount('data', use('c1'));
  await volumeService.mount('data', use('c2'));
  assert.equal(calls.filter((call) => call === 'VolumeDriver.Mount').length, 2);
  await volumeService.unmount('data', 'c1');
  assert.deepEqual([...(volumes.get('data') ?? [])], ['c1', 'c2']);
  await volumeService.unmount('data', 'c1');
  await volumeService.unmount('data', 'c2');
  assert.deepEqual([...(volumes.get('data') ?? [])], []);
});

test('a mount whose answer never came is undone later, one that was refused is not', async (context) => {
  const { service, answers, volumes, calls } = fixture(context);
  const first = service();
  await first.create({ Name: 'data', Driver: 'p' });
  const mount = answers['Mount'];
  answers['Mount'] = (body) => {
    mount?.(body);
    return lost('VolumeDriver.Mount');
  };
  await assert.rejects(first.mount('data', use('c1')), /it does not answer/);
  assert.deepEqual([...(volumes.get('data') ?? [])], ['c1']);
  await service().releaseStale();
  assert.deepEqual([...(volumes.get('data') ?? [])], []);
  answers['Mount'] = () => refused('VolumeDriver.Mount');
  await assert.rejects(first.mount('data', use('c2')), /Mount: no/);
  calls.length = 0;
  await service().releaseStale();
  assert.deepEqual(calls, []);
});

test('what was not unmounted because nobody answered is unmounted before the removal', async (context) => {
  const { service, answers, volumes } = fixture(context);
  const volumeService = service();
  await volumeService.create({ Name: 'data', Driver: 'p' });
  await volumeService.mount('data', use('c1'));
  const unmount = answers['Unmount'];
  answers['Unmount'] = () => lost('VolumeDriver.Unmount');
  await assert.rejects(volumeService.unmount('data', 'c1'), /it does not answer/);
  if (unmount !== undefined) answers['Unmount'] = unmount;
  await volumeService.remove('data');
  assert.equal(volumes.size, 0);
  assert.deepEqual((await volumeService.list({})).volumes, []);
});

test('a volume that was being made or removed when the daemon ended', async (context) => {
  const { service, answers, volumes } = fixture(context);
  const create = answers['Create'];
  const volumeService = service();
  answers['Create'] = () => new Promise(() => undefined);
  void volumeService.create({ Name: 'never', Driver: 'p' });
  void volumeService.create({ Name: 'made', Driver: 'p' });
  await new Promise((resolve) => setImmediate(resolve));
  create?.({ Name: 'made' });
  const next = service();
  await next.reconcile();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(next.exists('never'), false);
  assert.equal(next.exists('made'), true);
  answers['Remove'] = () => new Promise(() => undefined);
  void next.remove('made');
  await new Promise((resolve) => setImmediate(resolve));
  assert.throws(() => next.reference({ volume: 'made', containerId: 'c1' }), /no such volume/);
  await assert.rejects(next.create({ Name: 'made' }), /is being removed/);
  answers['Remove'] = ({ Name }) => ({ gone: volumes.delete(String(Name)) });
  const last = service();
  await last.reconcile();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(last.exists('made'), false);
  assert.equal(volumes.size, 0);
});

test('a plug-in that does not answer is a warning of the list after five seconds', async (context) => {
  const { service, answers } = fixture(context);
  await service().create({ Name: 'data', Driver: 'p' });
  const asked = Promise.withResolvers<void>();
  answers['List'] = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const listing = service().list({});
  await asked.promise;
  context.mock.timers.tick(5_000);
  const { volumes, warnings } = await listing;
  assert.deepEqual(
    volumes.map(({ Name }) => Name),
    ['data'],
  );
  assert.match(warnings.join(), /p: VolumeDriver.List: it has not answered within 5 seconds/);
});

test('a plug-in that fails is a warning of the list', async (context) => {
  const { service, answers } = fixture(context);
  const volumeService = service();
  await volumeService.create({ Name: 'data', Driver: 'p' });
  answers['List'] = () => lost('VolumeDriver.List');
  const { volumes, warnings } = await volumeService.list({});
  assert.deepEqual(
    volumes.map(({ Name, Driver }) => [Name, Driver]),
    [['data', 'p']],
  );
  assert.match(warnings.join(), /List: it does not answer/);
});
