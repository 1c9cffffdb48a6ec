import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRuntimeVersion } from './runtime-versions.ts';

test('what runtimes and init programs say of their version', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'runc version 1.1.5+ds1\ncommit: 1.1.5-1\nspec: 1.0.2-dev\n',
      '1.1.5+ds1',
      '1.1.5-1',
      '1.0.2-dev',
    ],
    ['crun version 1.8.1\ncommit: f8a0\nspec: 1.0.0\n', '1.8.1', 'f8a0', '1.0.0'],
    ['tini version 0.19.0 - git.de40ad0\n', '0.19.0', 'de40ad0', ''],
    ['tini version 0.19.0\n', '0.19.0', '', ''],
    ['something else', '', '', ''],
  ];
  for (const [text, version, commit, spec] of cases) {
    assert.deepEqual(parseRuntimeVersion(text), { version, commit, spec });
  }
});
