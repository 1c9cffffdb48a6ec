import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, LineSplitter, parseShimMessage, targetArguments } from './shim-messages.ts';

test('lines are cut wherever the chunks end, and the rest is kept', () => {
  const lines = new LineSplitter();
  const found: string[] = [];
  for (const chunk of ['{"a"', ':1}\n{"b":2}', '\n', '\nraw']) {
    lines.push(Buffer.from(chunk));
    for (let line = lines.next(); line !== undefined; line = lines.next()) found.push(line);
  }
  assert.deepEqual(found, ['{"a":1}', '{"b":2}', '']);
  assert.equal(lines.rest.toString(), 'raw');
});

test('a line without end is refused', () => {
  const lines = new LineSplitter();
  const push = () => {
    for (let count = 0; count < 20; count++) lines.push(Buffer.alloc(1024 * 1024));
  };
  assert.throws(push, RangeError);
});

test('only objects are messages', () => {
  for (const line of ['', '1', 'null', '[]', '{'])
    assert.throws(() => parseShimMessage(line), SyntaxError);
  assert.deepEqual(parseShimMessage('{"ok":true}'), { ok: true });
});

test('faults have every member, whatever the shim left out', () => {
  const empty = { op: '', stage: '', errno: '', path: '', runtimeMessage: '' };
  assert.deepEqual(faultOf({}), empty);
  assert.deepEqual(faultOf({ error: { op: 'start', message: 'x', errno: 3 } }), {
    ...empty,
    op: 'start',
    runtimeMessage: 'x',
  });
});

test('targets', () => {
  assert.deepEqual(targetArguments('container'), {});
  assert.deepEqual(targetArguments({ execId: 'e' }), { exec: 'e' });
});
