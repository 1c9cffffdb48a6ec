import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanDuration, statusText } from './status-text.ts';

test('durations are worded as ps words them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0.4, 'Less than a second'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, 'About a minute'],
    [119, 'About a minute'],
    [120, '2 minutes'],
    [3599, '59 minutes'],
    [3600, 'About an hour'],
    [7200, '2 hours'],
    [47 * 3600, '47 hours'],
    [48 * 3600, '2 days'],
    [13 * 86400, '13 days'],
    [14 * 86400, '2 weeks'],
    [59 * 86400, '8 weeks'],
    [60 * 86400, '2 months'],
    [729 * 86400, '24 months'],
    [730 * 86400, '2 years'],
  ];
  for (const [seconds, text] of cases) assert.equal(humanDuration(seconds), text);
});

test('the status column by state', () => {
  const facts = { exitCode: 3, sinceStart: 5, sinceFinish: 130 };
  assert.equal(statusText({ ...facts, state: 'created' }), 'Created');
  assert.equal(statusText({ ...facts, state: 'running' }), 'Up 5 seconds');
  assert.equal(statusText({ ...facts, state: 'paused' }), 'Up 5 seconds (Paused)');
  assert.equal(statusText({ ...facts, state: 'exited' }), 'Exited (3) 2 minutes ago');
  assert.equal(statusText({ ...facts, state: 'restarting' }), 'Restarting (3) 2 minutes ago');
  assert.equal(statusText({ ...facts, state: 'removing' }), 'Removal In Progress');
  assert.equal(statusText({ ...facts, state: 'dead' }), 'Dead');
});
