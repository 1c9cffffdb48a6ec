import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineError } from '@berth/errors';
import { isTransient, retryDelay, withRetries } from './retry.ts';
import { retryAfterMilliseconds } from './retry-after.ts';

const lost = () => engineError('registry.connection-lost', { request: 'Get "x"', reason: 'EOF' });
const denied = () => engineError('registry.denied', { reason: 'no' });

test('what may pass is tried again, with doubling waits that are never the same', async () => {
  const waits: number[] = [];
  const pause = async (milliseconds: number) => void waits.push(milliseconds);
  let count = 0;
  const action = () => (++count < 4 ? Promise.reject(lost()) : Promise.resolve('done'));
  assert.equal(await withRetries({ attempts: 5, pause }, action), 'done');
  assert.equal(waits.length, 3);
  for (const [index, wait] of waits.entries()) {
    const whole = 500 * 2 ** index;
    assert.ok(wait >= whole / 2 && wait <= whole, `${wait} of ${whole}`);
  }
});

test('the number of attempts is a limit, and a refusal is final', async () => {
  const pause = () => Promise.resolve();
  let count = 0;
  const fails = (error: () => Error) => () => {
    count += 1;
    return Promise.reject(error());
  };
  await assert.rejects(withRetries({ attempts: 3, pause }, fails(lost)), /EOF/);
  assert.equal(count, 3);
  count = 0;
  await assert.rejects(withRetries({ attempts: 3, pause }, fails(denied)), /no/);
  assert.equal(count, 1);
});

test('an aborted wait ends with the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('gone');
  const pause = () => {
    controller.abort(reason);
    return Promise.resolve();
  };
  const { signal } = controller;
  const run = withRetries({ attempts: 3, pause, signal }, () => Promise.reject(lost()));
  await assert.rejects(run, reason);
});

test('only failures that may pass are transient', () => {
  assert.equal(isTransient(lost()), true);
  assert.equal(isTransient(denied()), false);
  assert.equal(isTransient(new Error('a bug')), false);
});

test('no wait is longer than 15 s', () => {
  assert.equal(retryDelay(lost(), 30, 1), 15_000);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterMilliseconds('120', now), 120_000);
  assert.equal(retryAfterMilliseconds('Thu, 01 Jan 2026 00:00:10 GMT', now), 10_000);
  assert.equal(retryAfterMilliseconds('Thu, 01 Jan 2015 00:00:10 GMT', now), 0);
  assert.equal(retryAfterMilliseconds('-5', now), undefined);
  assert.equal(retryAfterMilliseconds('soon', now), undefined);
  assert.equal(retryAfterMilliseconds(undefined, now), undefined);
});
