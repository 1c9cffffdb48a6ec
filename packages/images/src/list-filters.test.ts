import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleanFilter, parseTime } from './list-filters.ts';

const now = Date.UTC(2024, 5, 1, 12);

test('times come as durations, seconds and dates', () => {
  assert.equal(parseTime('10m', now), now - 600_000);
  assert.equal(parseTime('1h30m', now), now - 5_400_000);
  assert.equal(parseTime('1717243200', now), 1_717_243_200_000);
  assert.equal(parseTime('1717243200.5', now), 1_717_243_200_500);
  assert.equal(parseTime('2024-01-02T03:04:05Z', now), Date.UTC(2024, 0, 2, 3, 4, 5));
  assert.equal(parseTime('2024-01-02T03:04:05+02:00', now), Date.UTC(2024, 0, 2, 1, 4, 5));
  assert.equal(new Date(parseTime('2024-01-02', now)).getHours(), 0);
  assert.equal(new Date(parseTime('2024-01-02T03:04', now)).getHours(), 3);
  for (const text of ['', 'yesterday', '2024-13-01', '10 minutes']) {
    assert.throws(() => parseTime(text, now), { code: 'common.invalid-argument' }, text);
  }
});

test('a boolean filter has one value', () => {
  assert.equal(booleanFilter({}, 'dangling'), undefined);
  assert.equal(booleanFilter({ dangling: ['true'] }, 'dangling'), true);
  assert.equal(booleanFilter({ dangling: ['0'] }, 'dangling'), false);
  for (const dangling of [['x'], ['true', 'false']]) {
    assert.throws(() => booleanFilter({ dangling }, 'dangling'), { code: 'images.invalid-filter' });
  }
});
