import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchPath } from './match-path.ts';

const table: readonly [pattern: string, text: string, matches: boolean][] = [
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*c', 'abc', true],
  ['a*', 'ab/c', false],
  ['a*/b', 'abc/b', true],
  ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
  ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a?b', 'a☺b', true],
  ['a???b', 'a☺b', false],
  ['[\\]a]', ']', true],
  ['[\\-x]', '-', true],
  ['*x', 'xxx', true],
  ['', '', true],
  ['', 'a', false],
];

for (const [pattern, text, matches] of table) {
  test(`"${pattern}" ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
    assert.equal(matchPath(pattern, text), matches);
  });
}

test('malformed patterns are refused whatever the text', () => {
  for (const pattern of ['[', '[a', 'a[', '[]a]', '[-]', '[x-]', '[-x]', '[^', 'a\\']) {
    assert.throws(() => matchPath(pattern, ''), { code: 'common.invalid-argument' }, pattern);
  }
});

test('many stars take no noticeable time', () => {
  assert.equal(matchPath(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000)), false);
});
