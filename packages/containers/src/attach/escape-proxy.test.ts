import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDetachKeys } from './detach-keys.ts';
import { EscapeProxy } from './escape-proxy.ts';

function feed(keys: string | undefined, chunks: readonly string[]): string {
  const proxy = new EscapeProxy(parseDetachKeys(keys));
  let out = '';
  for (const chunk of chunks) {
    const { forward, detached } = proxy.write(Buffer.from(chunk, 'latin1'));
    out += forward.toString('latin1');
    if (detached) return `${out}<detached>`;
  }
  return out + proxy.flush().toString('latin1');
}

test('the default sequence detaches, in one chunk or in two', () => {
  assert.equal(feed(undefined, ['ab\x10\x11cd']), 'ab<detached>');
  assert.equal(feed(undefined, ['ab\x10', '\x11']), 'ab<detached>');
});

test('keys that only begin the sequence are passed on', () => {
  assert.equal(feed(undefined, ['\x10', 'x']), '\x10x');
  assert.equal(feed(undefined, ['\x10\x10\x11']), '\x10<detached>');
  assert.equal(feed(undefined, ['a\x11b']), 'a\x11b');
  assert.equal(feed(undefined, ['a\x10']), 'a\x10');
});

test('other sequences', () => {
  assert.equal(feed('a,b', ['xaxab']), 'xax<detached>');
  assert.equal(feed('ctrl-a', ['x\x01y']), 'x<detached>');
  assert.equal(feed('ctrl-@,q', ['\x00q']), '<detached>');
  assert.deepEqual(parseDetachKeys(''), [16, 17]);
});

test('keys that do not exist are refused', () => {
  for (const keys of ['ctrl-', 'ctrl-%', 'ab', 'ctrl-p,', 'é']) {
    assert.throws(() => parseDetachKeys(keys), /Invalid detach keys/, keys);
  }
});
