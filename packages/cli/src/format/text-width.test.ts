import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitLine } from './fit-line.ts';
import { alignTabs } from './tab-writer.ts';
import { textWidth } from './text-width.ts';

test('wide characters take two cells, joining ones none', () => {
  assert.equal(textWidth('abc'), 3);
  assert.equal(textWidth('容器'), 4);
  assert.equal(textWidth('🚀!'), 3);
  assert.equal(textWidth('e\u0301'), 1);
});

test('columns with wide characters are lined up', () => {
  assert.equal(
    alignTabs('NAME\tX\n容器\ty\nplain\tz\n', { minWidth: 0, padding: 2 }),
    'NAME   X\n容器   y\nplain  z\n',
  );
});

test('a line that is too long loses the middle of its last cell, ids first', () => {
  const id = '0123456789ab'.padEnd(64, 'f');
  assert.equal(fitLine(`log  /var/${id}/x`, 40), 'log  /var/0123456789ab…/x');
  assert.equal(fitLine('name  abcdefghijklmnopqrstuvwxyz', 20), 'name  abcdefg…uvwxyz');
  assert.equal(fitLine('short', 20), 'short');
});
