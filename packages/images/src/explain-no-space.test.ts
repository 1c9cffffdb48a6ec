import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { engineError, isEngineError } from '@berth/errors';
import { explainNoSpace, needsText } from './explain-no-space.ts';

const context = { content: { root: tmpdir() } } as Parameters<typeof explainNoSpace>[0];

test('a full disk is told with what the operation needs', async () => {
  assert.equal(needsText(0, 1_234_567_890), 'needs at least 1.23 GB where 0 B are free');
  assert.equal(needsText(12_345_678, 5), 'needs more than the 12.3 MB that are free');
  const plain = engineError('common.no-space', { what: 'writing content', path: '/x/y' });
  const told = await explainNoSpace(context, plain, { what: 'loading images', atLeast: 1e18 });
  assert.ok(isEngineError(told, 'common.no-space'));
  assert.match(
    told.message,
    /^no space left on device while loading images, which needs at least .* are free \(.*\)$/,
  );
});

test('any other error stays as it is', async () => {
  for (const error of [new Error('x'), engineError('images.empty-import', {}), undefined]) {
    assert.equal(await explainNoSpace(context, error, { what: 'anything' }), error);
  }
});
