import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTimestamp, parseTimestamp, secondsBetween, zeroTime } from './timestamp.ts';

test('timestamps have as many decimals as they need', () => {
  assert.equal(formatTimestamp(0n), '1970-01-01T00:00:00Z');
  assert.equal(formatTimestamp(1_500_000_000n), '1970-01-01T00:00:01.5Z');
  assert.equal(formatTimestamp(1_763_000_000_123_456_789n), '2025-11-13T02:13:20.123456789Z');
});

test('a timestamp survives the way there and back', () => {
  for (const time of [1n, 1_763_000_000_000_000_000n, 1_763_000_000_120_000_000n]) {
    assert.equal(parseTimestamp(formatTimestamp(time)), time);
  }
  assert.equal(parseTimestamp(zeroTime), 0n);
  assert.equal(parseTimestamp(undefined), 0n);
  assert.equal(secondsBetween(0n, 2_999_999_999n), 2);
});
