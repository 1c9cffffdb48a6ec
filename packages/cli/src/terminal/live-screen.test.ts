import assert from 'node:assert/strict';
import { test } from 'node:test';
import { screenText } from './live-screen.ts';

test('lines and columns that have no room are left out', () => {
  assert.equal(screenText('abcdef\nb\nc\nd\n', 3, 4), '\x1b[Habc…\x1b[K\nb\x1b[K\n\x1b[J');
  assert.equal(screenText('a\nb\n', 0, 0), '\x1b[Ha\x1b[K\nb\x1b[K\n\x1b[J');
});
