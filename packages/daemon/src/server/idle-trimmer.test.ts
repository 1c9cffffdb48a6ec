import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { IdleTrimmer } from './idle-trimmer.ts';

test('memory is given back once after each busy time, and not before it is over', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let cpu = 0;
  let trims = 0;
  using _ = new IdleTrimmer({
    cpuMilliseconds: () => cpu,
    trim: async () => {
      trims += 1;
      cpu += 100;
    },
  });
  const afterUsing = (milliseconds: number): number => {
    cpu += milliseconds;
    mock.timers.tick(5000);
    return trims;
  };
  assert.deepEqual([10, 100, 10].map(afterUsing), [0, 0, 0]);
  assert.deepEqual([2000, 300, 100, 10, 10].map(afterUsing), [0, 0, 0, 1, 1]);
  assert.deepEqual([2000, 10, 10].map(afterUsing), [1, 2, 2]);
  mock.timers.reset();
});
