import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RestartPolicy } from '@berth/engine-api';
import { type ContainerFacts, type ContainerRecord, initialFacts } from './container-record.ts';
import { checkRestartLabels } from './restart-back-off.ts';
import { decideRestart, type ExitFacts } from './restart-policy.ts';

function decided(
  policy: RestartPolicy,
  exit: Partial<ExitFacts> = {},
  facts: Partial<ContainerFacts> = {},
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const record = {
    config: { Labels: labels },
    hostConfig: { RestartPolicy: policy },
    facts: { ...initialFacts, ...facts },
  } as ContainerRecord;
  return decideRestart(record, { exitCode: 1, duration: 0, ...exit });
}

test('waits double from 100 ms to a minute and begin anew after ten good seconds', () => {
  const delays: number[] = [];
  for (let count = 0; count < 12; count++) {
    const last = delays.at(-1);
    const facts = last === undefined ? {} : { restartDelay: last, restartCount: count };
    delays.push(decided({ Name: 'always' }, {}, facts) ?? -1);
  }
  assert.deepEqual(delays.slice(0, 4), [100, 200, 400, 800]);
  assert.deepEqual(delays.slice(-2), [60_000, 60_000]);
  const steady = { restartDelay: 60_000, restartCount: 50 };
  assert.equal(decided({ Name: 'always' }, { duration: 10_000 }, steady), 100);
  assert.equal(decided({ Name: 'always' }, { duration: 9_999 }, steady), 60_000);
  assert.equal(decided({ Name: 'always' }, {}, { restartDelay: 100, restartCount: 51 }), 200);
});

test('which ends are followed by a start', () => {
  assert.equal(decided({ Name: 'no' }), undefined);
  assert.equal(decided({ Name: 'on-failure' }, { exitCode: 0 }), undefined);
  assert.equal(
    decided({ Name: 'on-failure', MaximumRetryCount: 2 }, {}, { restartCount: 2 }),
    undefined,
  );
  assert.equal(decided({ Name: 'on-failure', MaximumRetryCount: 2 }, {}, { restartCount: 1 }), 100);
  assert.equal(decided({ Name: 'unless-stopped' }, { exitCode: 0 }), 100);
  assert.equal(decided({ Name: 'always' }, {}, { manuallyStopped: true }), undefined);
});

test('labels of a container tune its waits', () => {
  const labels = {
    'berth.restart.delay': '1s',
    'berth.restart.max-delay': '5s',
    'berth.restart.steady-after': '1m',
  };
  const always = { Name: 'always' } as const;
  assert.equal(decided(always, {}, {}, labels), 1000);
  assert.equal(decided(always, {}, { restartDelay: 1000 }, labels), 2000);
  assert.equal(decided(always, { duration: 59_000 }, { restartDelay: 4000 }, labels), 5000);
  assert.equal(decided(always, { duration: 60_000 }, { restartDelay: 4000 }, labels), 1000);
  const longer = { 'berth.restart.delay': '2m' };
  assert.equal(decided(always, {}, { restartDelay: 120_000 }, longer), 120_000);
});

test('a label that is no sensible duration is refused by name', () => {
  for (const bad of ['', 'soon', '5', '-1s', '1ms', '25h']) {
    assert.throws(() => checkRestartLabels({ Labels: { 'berth.restart.delay': bad } }), {
      message: /invalid label berth\.restart\.delay: "/,
    });
  }
  checkRestartLabels({ Labels: { 'berth.restart.max-delay': '1m30s', other: 'soon' } });
});
