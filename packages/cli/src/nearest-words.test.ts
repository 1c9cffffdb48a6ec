import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearestWords } from './nearest-words.ts';

const commands = [
  'run',
  'rm',
  'rmi',
  'ps',
  'pause',
  'pull',
  'push',
  'container',
  'context',
  'stop',
];

test('near misses, swapped letters and beginnings are found', () => {
  assert.deepEqual(nearestWords('rnu', commands), ['run']);
  assert.deepEqual(nearestWords('cont', commands), ['container', 'context']);
  assert.deepEqual(nearestWords('contianer', commands), ['container']);
  assert.deepEqual(nearestWords('pul', commands), ['pull']);
  assert.deepEqual(nearestWords('xyz', commands), []);
  assert.deepEqual(nearestWords('', commands), []);
});

test('distances', () => {
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('abc', 'abc'), 0);
  assert.equal(editDistance('abcd', 'acbd'), 1);
  assert.equal(editDistance('stop', 'stat'), 2);
});
