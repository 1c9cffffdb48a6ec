import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, type Harness } from '../testsuite/harness.ts';

async function fleet(): Promise<Harness> {
  const harness = await createHarness();
  const { service, shims } = harness;
  await service.create(
    {
      Image: 'busybox',
      Labels: { tier: 'db', empty: '' },
      HostConfig: { Binds: ['data:/var/db'] },
    },
    { name: 'db' },
  );
  await service.create({ Image: 'busybox', ExposedPorts: { '80/tcp': {} } }, { name: 'web' });
  await service.create({ Image: 'busybox', Cmd: ['sh', '-c', 'exit 3'] }, { name: 'job' });
  await service.create({ Image: 'busybox' }, { name: 'new' });
  await service.start('db');
  await service.start('web');
  await service.start('job');
  const { result } = await service.wait('job', 'next-exit');
  await shims.last.finish(3);
  await result;
  return harness;
}

test('filters', async () => {
  await using harness = await fleet();
  const names = async (filters: Record<string, string[]>, all = true): Promise<string> => {
    const list = await harness.service.list({ all, filters });
    return list.map((summary) => summary.Names?.[0]?.slice(1)).join(' ');
  };
  const cases: readonly (readonly [Record<string, string[]>, string])[] = [
    [{}, 'new job web db'],
    [{ name: ['b'] }, 'job web db'],
    [{ name: ['^db$'] }, 'db'],
    [{ name: ['^/web$', 'new'] }, 'new web'],
    [{ label: ['tier'] }, 'db'],
    [{ label: ['tier=db', 'empty='] }, 'db'],
    [{ label: ['tier=x'] }, ''],
    [{ status: ['running'] }, 'web db'],
    [{ status: ['created', 'exited'] }, 'new job'],
    [{ exited: ['3'] }, 'job'],
    [{ exited: ['0'] }, ''],
    [{ before: ['web'] }, 'db'],
    [{ since: ['web'] }, 'new job'],
    [{ ancestor: ['busybox'] }, 'new job web db'],
    [{ ancestor: ['unknown'] }, ''],
    [{ volume: ['data'] }, 'db'],
    [{ volume: ['/var/db'] }, 'db'],
    [{ network: ['bridge'] }, 'new job web db'],
    [{ network: ['other'] }, ''],
    [{ expose: ['80'] }, 'web'],
    [{ expose: ['70-90/tcp'] }, 'web'],
    [{ expose: ['80/udp'] }, ''],
    [{ 'is-task': ['true'] }, ''],
    [{ health: ['none'] }, 'new job web db'],
    [{ health: ['healthy'] }, ''],
  ];
  for (const [filters, expected] of cases) {
    assert.equal(await names(filters), expected, JSON.stringify(filters));
  }
  assert.equal(await names({}, false), 'web db');
  assert.equal(await names({ status: ['exited'] }, false), 'job');
  const limited = await harness.service.list({ limit: 2 });
  assert.equal(limited.length, 2);
});

test('bad filters are refused', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await assert.rejects(service.list({ filters: { nope: ['x'] } }), {
    message: "invalid filter 'nope'",
  });
  await assert.rejects(service.list({ filters: { status: ['happy'] } }), {
    message: "invalid filter 'status=happy'",
  });
  await assert.rejects(service.list({ filters: { before: ['nope'] } }), {
    message: 'No such container: nope',
  });
});

test('what a line of ps is made of', async () => {
  await using harness = await fleet();
  const [job] = await harness.service.list({ all: true, size: true, filters: { name: ['job'] } });
  assert.equal(job?.Command, "sh -c 'exit 3'");
  assert.equal(job?.Image, 'busybox');
  assert.equal(job?.State, 'exited');
  assert.match(job?.Status ?? '', /^Exited \(3\) /);
  assert.deepEqual([job?.SizeRw, job?.SizeRootFs], [100, 1100]);
  assert.deepEqual(harness.service.counts(), { total: 4, running: 2, paused: 0, stopped: 2 });
});

test('prune removes what is stopped, by label and age', async () => {
  await using harness = await fleet();
  const { service } = harness;
  await assert.rejects(service.prune({ nope: ['x'] }), { message: "invalid filter 'nope'" });
  assert.deepEqual((await service.prune({ until: ['1h'] })).deleted, []);
  assert.deepEqual((await service.prune({ 'label!': ['tier'] })).deleted.length, 2);
  assert.equal((await service.list({ all: true })).length, 2);
});
