import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { loginFromHelper } from './credential-helper.ts';

test('a helper that answers with something else is told, without what it said', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-helper-'));
  const before = process.env.PATH;
  t.after(() => {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  });
  process.env.PATH = `${folder}:${before}`;
  const helper = (answer: string) =>
    writeFileSync(
      path.join(folder, 'docker-credential-odd'),
      `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`,
      { mode: 0o755 },
    );
  for (const answer of ['hunter2', 'null', '"hunter2"']) {
    helper(answer);
    assert.throws(
      () => loginFromHelper('odd', 'registry.test'),
      (error: Error) =>
        /did not answer with a login/.test(error.message) && !/hunter2/.test(error.message),
    );
  }
  helper('{"Username":"bob","Secret":"hunter2"}');
  assert.equal(loginFromHelper('odd', 'registry.test')?.password, 'hunter2');
});
