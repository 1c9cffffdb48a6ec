import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHealthLabels, healthPlanOf } from './health-plan.ts';
import { goDuration, timedOut } from './health-probe.ts';
import {
  actionDelay,
  type HealthFacts,
  nextHealth,
  nextProbeDelay,
  startedHealth,
  stoppedHealth,
} from './health-state.ts';

const result = (ExitCode: number, Output = '') => ({ Start: '', End: '', ExitCode, Output });
const plan = { retries: 2, startPeriod: 1000, interval: 300, startInterval: 50 };

function after(codes: readonly number[], age = 5000, from = startedHealth(undefined)): HealthFacts {
  return codes.reduce((facts, code) => nextHealth(facts, result(code), plan, age), from);
}

test('failures count after the start period, and until a success only then', () => {
  assert.deepEqual(after([1, 1, 1], 10), {
    ...startedHealth(undefined),
    Log: [result(1), result(1), result(1)],
  });
  assert.equal(after([1]).Status, 'starting');
  assert.equal(after([1, 1]).Status, 'unhealthy');
  assert.equal(after([0, 1]).Status, 'healthy');
  assert.equal(after([0, 1, 1], 10).Status, 'unhealthy');
  assert.deepEqual([after([1, 1, 0]).Status, after([1, 1, 0]).FailingStreak], ['healthy', 0]);
  assert.equal(after([1, 1, -1]).FailingStreak, 3);
});

test('five results are kept over restarts, and what does not run is unhealthy', () => {
  const facts = after([1, 2, 3, 4, 5, 6]);
  assert.deepEqual(
    facts.Log.map(({ ExitCode }) => ExitCode),
    [2, 3, 4, 5, 6],
  );
  assert.equal(startedHealth(facts).Log.length, 5);
  assert.equal(stoppedHealth(after([0])).Status, 'unhealthy');
});

test('when to probe and to act', () => {
  assert.equal(nextProbeDelay({ Status: 'starting' }, plan, 0), 50);
  assert.equal(nextProbeDelay({ Status: 'starting' }, plan, 1000), 300);
  assert.equal(nextProbeDelay({ Status: 'healthy' }, plan, 0), 300);
  assert.deepEqual([0, 1, 2, 3, 20].map(actionDelay), [0, 1000, 2000, 4000, 60_000]);
});

test('plans of commands and labels', () => {
  const exec = (Test: string[], more = {}) =>
    healthPlanOf({ Healthcheck: { Test }, ...more })?.probe;
  assert.deepEqual(exec(['CMD', 'a', 'b']), { kind: 'exec', command: ['a', 'b'] });
  assert.deepEqual(exec(['CMD-SHELL', 'a b']), { kind: 'exec', command: ['/bin/sh', '-c', 'a b'] });
  assert.deepEqual(exec(['CMD-SHELL', 'a'], { Shell: ['ash', '-c'] }), {
    kind: 'exec',
    command: ['ash', '-c', 'a'],
  });
  for (const none of [[], ['NONE'], ['OTHER', 'x'], ['CMD']]) assert.equal(exec(none), undefined);
  assert.equal(healthPlanOf({}), undefined);
  const defaults = healthPlanOf({ Healthcheck: { Test: ['CMD', 'x'] } });
  assert.deepEqual(
    [defaults?.interval, defaults?.timeout, defaults?.startPeriod, defaults?.retries],
    [30_000, 30_000, 0, 3],
  );
  const label = (probe: string) => healthPlanOf({ Labels: { 'berth.health.probe': probe } })?.probe;
  assert.deepEqual(label('tcp://:5432'), { kind: 'tcp', host: '127.0.0.1', port: 5432 });
  assert.deepEqual(label('http://[::1]:80/ready?x=1'), {
    kind: 'http',
    host: '::1',
    port: 80,
    path: '/ready?x=1',
  });
  for (const bad of [
    'udp://:1',
    'tcp://:0',
    'tcp://:70000',
    'tcp://name:1',
    'http://:1/a b',
    'tcp://:1/x',
    '',
  ]) {
    assert.throws(
      () => checkHealthLabels({ Labels: { 'berth.health.probe': bad } }),
      /invalid label/,
    );
  }
  const action = { 'berth.health.on-unhealthy': 'explode' };
  assert.throws(() => checkHealthLabels({ Labels: action }), /none of none, restart, stop, kill/);
});

test('texts of durations', () => {
  assert.deepEqual([200, 1500, 30_000, 90_000, 3_600_000].map(goDuration), [
    '200ms',
    '1.5s',
    '30s',
    '1m30s',
    '1h0m0s',
  ]);
  assert.equal(timedOut(1000, 'x').output, 'Health check exceeded timeout (1s): x');
});
