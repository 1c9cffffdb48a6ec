import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leases } from './leases.ts';

test('what is held is not removed, by however many it is held', async () => {
  const leases = new Leases();
  const removed: string[] = [];
  const remove = async () => {
    removed.push('x');
  };
  const [first, second] = [leases.open(), leases.open()];
  await first.hold('x');
  await first.hold('x');
  await second.hold('x');
  assert.equal(await leases.removeUnheld('x', remove), false);
  first[Symbol.dispose]();
  assert.equal(await leases.removeUnheld('x', remove), false);
  second[Symbol.dispose]();
  assert.equal(await leases.removeUnheld('x', remove), true);
  assert.deepEqual(removed, ['x']);
});

test('a holder waits for a removal under way', async () => {
  const leases = new Leases();
  const { promise, resolve } = Promise.withResolvers<void>();
  const removal = leases.removeUnheld('x', () => promise);
  let held = false;
  const holding = leases
    .open()
    .hold('x')
    .then(() => {
      held = true;
    });
  await Promise.resolve();
  assert.equal(held, false);
  resolve();
  await Promise.all([removal, holding]);
  assert.equal(held, true);
});

test('what is let go of during a collection is left to the next one', async () => {
  const leases = new Leases();
  const lease = leases.open();
  await lease.hold('x');
  {
    using _collection = leases.beginCollection();
    lease[Symbol.dispose]();
    assert.equal(await leases.removeUnheld('x', async () => {}), false);
  }
  assert.equal(await leases.removeUnheld('x', async () => {}), true);
});

test('a failed removal is reported to its caller, not to holders', async () => {
  const leases = new Leases();
  const removal = leases.removeUnheld('x', async () => {
    throw new Error('disk');
  });
  const holding = leases.open().hold('x');
  await assert.rejects(removal, /disk/);
  await holding;
});
