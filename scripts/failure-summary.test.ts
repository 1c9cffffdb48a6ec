import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureSummary } from './failure-summary.ts';

const failed = (name: string, lines: number) => ({
  name,
  error: Array.from({ length: lines }, (_, index) => `line ${index}`).join('\n'),
});

test('every failed test is named, with its error', () => {
  const summary = failureSummary([
    { file: 'a.test.ts', tests: [failed('one', 2)], leaks: ['mounts: /x'] },
    { file: 'b.test.ts', tests: [], leaks: [] },
  ]);
  assert.deepEqual(summary, [
    '✖ a.test.ts: one',
    '    line 0',
    '    line 1',
    '✖ a.test.ts: left behind mounts: /x',
    '✖ b.test.ts: ended early, see above',
  ]);
});

test('long errors share the room, and short ones leave theirs to the others', () => {
  const summary = failureSummary([
    { file: 'a', tests: [failed('short', 1), failed('long', 500)], leaks: [] },
  ]);
  assert.equal(summary.length, 59);
  assert.equal(summary.filter((line) => line.startsWith('✖')).length, 2);
});

test('more failures than lines are counted', () => {
  const tests = Array.from({ length: 100 }, (_, index) => failed(`test ${index}`, 3));
  const summary = failureSummary([{ file: 'a', tests, leaks: [] }]);
  assert.equal(summary.length, 60);
  assert.equal(summary.at(-1), '… and 41 more');
});
