import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Terminal } from '../terminal/terminal.ts';
import { withByteProgress } from './byte-progress.ts';

async function shown(
  errorIsTerminal: boolean,
  total?: number,
  transient = false,
): Promise<[number, string]> {
  const error = new PassThrough();
  const terminal = { errorIsTerminal, error } as unknown as Terminal;
  const source = (async function* () {
    yield Buffer.alloc(1000);
    yield Buffer.alloc(500);
  })();
  const label = 'Importing data';
  let passed = 0;
  const options = { label, transient, ...(total === undefined ? {} : { total }) };
  for await (const chunk of withByteProgress(terminal, source, options)) passed += chunk.length;
  error.end();
  return [passed, await text(error)];
}

test('bytes pass on, and a terminal shows how many there were', async () => {
  const [passed, onTerminal] = await shown(true, 3000);
  assert.equal(passed, 1500);
  assert.match(onTerminal, /Importing data \[=+>\s+\]\s+1\.5kB\/3kB\n$/);
  assert.match((await shown(true))[1], /Importing data\s+1\.5kB\n$/);
  assert.match((await shown(true, 3000, true))[1], /1kB\/3kB\r\x1b\[2K$/);
  for (const transient of [true, false]) {
    assert.deepEqual(await shown(false, 3000, transient), [1500, '']);
  }
});
