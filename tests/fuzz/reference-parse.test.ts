import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import {
  type AnyReference,
  familiarString,
  formatReference,
  parseAnyReference,
  parsePlatform,
  parseReference,
} from '@berth/oci';
import fc from 'fast-check';

/** Texts near the grammar: pieces of references in any order. */
const nearReference = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        ':',
        '@',
        '.',
        '-',
        '_',
        '__',
        'sha256:',
        'docker.io',
        'localhost',
        '[::1]',
      ),
      fc.stringMatching(/^[a-z0-9]{1,8}$/),
      fc.stringMatching(/^[a-f0-9]{64}$/),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function parsed(text: string): AnyReference | undefined {
  try {
    return parseAnyReference(text);
  } catch (error) {
    assert.ok(isEngineError(error, 'images.invalid-reference'), String(error));
    return undefined;
  }
}

test('a text is a reference or is refused as such, and its forms mean the same', () => {
  fc.assert(
    fc.property(fc.oneof(nearReference, fc.string()), (text) => {
      const result = parsed(text);
      if (result?.kind !== 'named') return;
      const { reference } = result;
      assert.deepEqual(parseReference(formatReference(reference)), reference);
      assert.deepEqual(parseReference(familiarString(reference)), reference);
      assert.doesNotMatch(formatReference(reference), /[\s\0\\]/);
      // A tag may hold `..` by Docker's grammar; what names a repository may not.
      assert.doesNotMatch(`${reference.domain}/${reference.path}`, /\.\./);
    }),
    { numRuns: 5000, examples: [['sha256:0..'], ['a/../b'], ['..']] },
  );
});

test('long and repetitive texts take no noticeable time', () => {
  const pieces = ['a', 'a.', 'a-', 'a_', 'a/', '-', '.', '_', ':', '@'];
  for (const piece of pieces) {
    for (const end of ['', '!', '/']) {
      const started = process.cpuUsage();
      for (let round = 0; round < 20; round++) parsed(piece.repeat(4000) + end);
      const { user } = process.cpuUsage(started);
      assert.ok(user < 2_000_000, `${piece}…${end} took ${user / 1000} ms`);
    }
  }
});

test('a text is a platform or is refused as such', () => {
  const host = { os: 'linux', architecture: 'amd64' };
  const parts = fc.array(fc.oneof(fc.constantFrom('linux', 'arm', 'v7', '*'), fc.string()));
  fc.assert(
    fc.property(
      parts.map((list) => list.join('/')),
      (text) => {
        try {
          const { os, architecture } = parsePlatform(text, host);
          assert.ok(os !== '' && architecture !== '');
        } catch (error) {
          assert.ok(isEngineError(error, 'images.invalid-platform'), String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
