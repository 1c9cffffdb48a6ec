import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperationQueue } from './operation-queue.ts';

test('operations run one after the other, in order, whatever fails', async () => {
  const queue = new OperationQueue();
  const log: string[] = [];
  const step = (name: string, failing = false) =>
    queue.run(async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (failing) throw new Error(name);
      return name;
    });
  const [a, b, c] = await Promise.allSettled([step('a'), step('b', true), step('c')]);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  assert.equal(a.status, 'fulfilled');
  assert.equal(b.status, 'rejected');
  assert.equal(c.status, 'fulfilled');
  assert.equal(queue.idle, true);
});
