import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attempt, judge } from './attempts.ts';

const attempt = (names: readonly string[], more: Partial<Attempt> = {}): Attempt => ({
  file: 'a.test.ts',
  passed: 3 - names.length,
  failed: names.length,
  skipped: 0,
  complete: true,
  tests: names.map((name) => ({ name, error: `${name} broke` })),
  leaks: [],
  ...more,
});

/** The verdict on attempts that go as `planned`, and how many of them were made. */
function judged(...planned: Attempt[]) {
  let made = 0;
  const verdict = judge(() => planned[made++] as Attempt);
  const { passed, failed, tests } = verdict.outcome;
  const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  return { made, passed, failed, tests: named(tests), unsteady: named(verdict.unsteady) };
}

test('a file that passes runs once', () => {
  assert.deepEqual(judged(attempt([])), {
    ...{ made: 1, passed: 3, failed: 0, tests: [], unsteady: [] },
  });
});

test('tests that each passed once are unsteady, whichever attempt it was', () => {
  assert.deepEqual(judged(attempt(['x']), attempt(['y'])), {
    ...{ made: 2, passed: 3, failed: 0, tests: [], unsteady: ['x', 'y'] },
  });
});

test('a test that never passed has failed, after three attempts', () => {
  assert.deepEqual(judged(attempt(['x', 'y']), attempt(['x']), attempt(['x', 'z'])), {
    ...{ made: 3, passed: 2, failed: 1, tests: ['x'], unsteady: ['y', 'z'] },
  });
});

test('a leak alone ends it; one beside a failed test is looked at again', () => {
  const leaks = ['mounts: /x'];
  assert.equal(judged(attempt([], { failed: 1, leaks })).failed, 1);
  assert.deepEqual(judged(attempt(['x'], { failed: 2, leaks }), attempt([])), {
    ...{ made: 2, passed: 3, failed: 0, tests: [], unsteady: ['x'] },
  });
});

test('a file that ended early proves nothing of the tests that it did not reach', () => {
  const early = attempt([], { passed: 1, failed: 1, complete: false });
  assert.deepEqual(judged(early, early, early), {
    ...{ made: 3, passed: 1, failed: 1, tests: [], unsteady: [] },
  });
  assert.deepEqual(judged(attempt(['x']), early, attempt(['x'])).tests, ['x']);
  assert.equal(judged(early, attempt([])).failed, 0);
});
