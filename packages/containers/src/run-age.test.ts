import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness } from '../testsuite/harness.ts';
import { initialFacts } from './container-record.ts';
import { runAge } from './run-age.ts';
import { parseTimestamp } from './timestamp.ts';

const facts = {
  ...initialFacts,
  startedAt: '2026-01-01T10:00:00Z',
  pidStartTime: 100_000,
  bootId: 'this',
};
const host = { bootId: 'this', uptimeSeconds: () => 1015 };
const age = (time: string, changed: Partial<typeof facts> = {}): number =>
  runAge({ ...facts, ...changed }, parseTimestamp(`2026-01-01T${time}Z`), host);

test('a run is as old as the time of day says', () => {
  assert.equal(age('10:00:15'), 15_000);
  assert.equal(age('10:00:14.5'), 14_500);
});

test('a clock that was set meanwhile, forwards or backwards, changes nothing', () => {
  assert.equal(age('23:00:00'), 15_000);
  assert.equal(age('09:00:00'), 15_000);
});

test('of a run in another boot only the time of day is known, and it is never negative', () => {
  assert.equal(age('10:01:00', { bootId: 'another' }), 60_000);
  assert.equal(age('09:00:00', { bootId: 'another' }), 0);
});

test('how long a run was, and with it the next wait, is right though the clock was set back', async () => {
  await using harness = await createHarness();
  const { service, shims, kernel, events } = harness;
  const HostConfig = { RestartPolicy: { Name: 'always' } } as const;
  await service.create({ Image: 'busybox', HostConfig }, { name: 'web' });
  await service.start('web');
  const { result } = await service.wait('web', 'next-exit');
  kernel.host.uptime = 20.05;
  await shims.last.finish(1, { exitedAt: '2000-01-01T00:00:00Z' });
  await result;
  const died = events.replay({ sinceNano: 0n }).find(({ action }) => action === 'die');
  assert.equal(died?.attributes.execDuration, '20');
  await service.stop('web');
});
