import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoopTurns } from './loop-turns.ts';

/** Until nothing is left to do but what waits for the loop. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A loop whose time passes only when told, and whose iterations end when told. */
function fakeLoop() {
  let now = 0;
  let pending: (() => void)[] = [];
  return {
    turns: new LoopTurns({ now: () => now, afterEvents: (action) => void pending.push(action) }),
    work: (milliseconds: number) => {
      now += milliseconds;
    },
    async endIteration(): Promise<void> {
      const actions = pending;
      pending = [];
      for (const action of actions) action();
      await settled();
    },
    get idle(): boolean {
      return pending.length === 0;
    },
  };
}

test('a turn is given at once while the iteration has time left', async () => {
  const loop = fakeLoop();
  await loop.turns.next();
  loop.work(3);
  await loop.turns.next();
  await loop.endIteration();
  assert.equal(loop.idle, true);
});

test('many who ask at once work in several iterations, in the order of asking', async () => {
  const loop = fakeLoop();
  const order: string[] = [];
  const operation = async (name: string) => {
    await loop.turns.next();
    order.push(name);
    loop.work(3);
  };
  const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map(operation));
  await settled();
  assert.deepEqual(order, ['a', 'b']);
  await loop.endIteration();
  assert.deepEqual(order, ['a', 'b'], 'this iteration has done its part');
  await loop.endIteration();
  assert.deepEqual(order, ['a', 'b', 'c', 'd']);
  await loop.endIteration();
  await loop.endIteration();
  await all;
  assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e']);
});

test('who waits is not overtaken by who asks later', async () => {
  const loop = fakeLoop();
  await loop.turns.next();
  loop.work(10);
  const order: string[] = [];
  const early = loop.turns.next().then(() => order.push('early'));
  loop.work(-10);
  const late = loop.turns.next().then(() => order.push('late'));
  await loop.endIteration();
  await loop.endIteration();
  await Promise.all([early, late]);
  assert.deepEqual(order, ['early', 'late']);
});

test('the loop is let alone once nobody asks', async () => {
  const loop = fakeLoop();
  await loop.turns.next();
  loop.work(10);
  const waiting = loop.turns.next();
  await loop.endIteration();
  await loop.endIteration();
  await waiting;
  await loop.endIteration();
  assert.equal(loop.idle, true);
});
