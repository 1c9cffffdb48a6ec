import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { rememberedProbe } from './remembered-probe.ts';

test('a program is probed once, and again when it was replaced, is called otherwise or the host has changed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-probe-'));
  try {
    const program = path.join(folder, 'crun');
    const file = path.join(folder, 'answers.json');
    writeFileSync(program, 'one');
    let probes = 0;
    const ask = (args?: readonly string[], host = 'v1') =>
      rememberedProbe(
        async () => {
          probes += 1;
          return probes !== 1;
        },
        { file, host },
      )(args === undefined ? { path: program } : { path: program, arguments: args });
    assert.deepEqual([await ask(), await ask(), probes], [false, false, 1]);
    assert.deepEqual([await ask(['--debug']), await ask(), probes], [true, false, 2]);
    writeFileSync(program, 'another');
    assert.deepEqual([await ask(), await ask(), probes], [true, true, 3]);
    assert.deepEqual([await ask([], 'v2'), await ask(), probes], [true, true, 4]);
    writeFileSync(file, '{"cut o');
    assert.deepEqual([await ask(), probes], [true, 5]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
