import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetachKeyScanner, defaultDetachKeys, parseDetachKeys } from './detach-keys.ts';

test('key sequences are read', () => {
  assert.deepEqual(parseDetachKeys('ctrl-p,ctrl-q'), [16, 17]);
  assert.deepEqual(parseDetachKeys('a,ctrl-@,ctrl-_,ctrl-['), [97, 0, 31, 27]);
  for (const text of ['', 'ab', 'ctrl-A', 'ctrl-', 'a,,b'])
    assert.throws(() => parseDetachKeys(text));
});

test('the sequence detaches wherever the input is cut', () => {
  const input = Buffer.from([97, 16, 98, 16, 16, 17, 99]);
  for (let cut = 0; cut <= input.length; cut++) {
    const scanner = new DetachKeyScanner(defaultDetachKeys);
    const first = scanner.scan(input.subarray(0, cut));
    const second = first.detached ? undefined : scanner.scan(input.subarray(cut));
    const passed = Buffer.concat([first.bytes, second?.bytes ?? Buffer.alloc(0)]);
    assert(first.detached || second?.detached);
    assert.deepEqual([...passed], [97, 16, 98, 16]);
  }
});

test('an unfinished sequence is passed on with what follows', () => {
  const scanner = new DetachKeyScanner(defaultDetachKeys);
  assert.deepEqual([...scanner.scan(Buffer.from([16])).bytes], []);
  assert.deepEqual([...scanner.scan(Buffer.from([97])).bytes], [16, 97]);
});
