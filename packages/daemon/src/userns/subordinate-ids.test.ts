import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeStart, parseSubordinateRanges, rangesOf } from './subordinate-ids.ts';

test('lines that are no ranges are passed over', () => {
  const text =
    '# comment\n\nann:100000:65536\nbob:x:1\n1000:165536:10\nann:4294967290:65536\neve:5:0';
  const ranges = parseSubordinateRanges(text);
  assert.deepEqual(ranges, [
    { owner: 'ann', start: 100_000, count: 65_536 },
    { owner: '1000', start: 165_536, count: 10 },
  ]);
  assert.deepEqual(rangesOf(ranges, ['bob', '1000']), [ranges[1]]);
});

test('a new range begins after all others, and never below the usual start', () => {
  assert.equal(freeStart([]), 100_000);
  assert.equal(freeStart([{ owner: 'x', start: 5, count: 10 }]), 100_000);
  assert.equal(freeStart([{ owner: 'x', start: 200_000, count: 10 }]), 200_010);
  assert.equal(freeStart([{ owner: 'x', start: 4_294_900_000, count: 60_000 }]), undefined);
});
