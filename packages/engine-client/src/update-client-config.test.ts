import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { updateClientConfig } from './update-client-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => path.join(folder, 'config.json');

test('a missing file is made, for its owner only, with its folder', () => {
  updateClientConfig(path.join(folder, 'a/b'), (config) => ({ ...config, currentContext: 'x' }));
  const made = path.join(folder, 'a/b/config.json');
  assert.equal(readFileSync(made, 'utf8'), '{\n\t"currentContext": "x"\n}');
  assert.equal(statSync(made).mode & 0o777, 0o600);
});

test('unknown keys, permissions and a symbolic link are kept', () => {
  const real = path.join(folder, 'real.json');
  writeFileSync(real, '{"plugins": {"a": {"b": "c"}}, "currentContext": "y"}', { mode: 0o644 });
  symlinkSync('real.json', file());
  updateClientConfig(folder, ({ currentContext: _, ...config }) => config);
  assert.deepEqual(JSON.parse(readFileSync(real, 'utf8')), { plugins: { a: { b: 'c' } } });
  assert.equal(statSync(real).mode & 0o777, 0o644);
});

test('a file that is not a JSON object is refused and left alone', () => {
  for (const text of ['{broken', '[1]', '"x"']) {
    writeFileSync(file(), text);
    assert.throws(() => updateClientConfig(folder, () => ({})), /config\.json/);
    assert.equal(readFileSync(file(), 'utf8'), text);
  }
});
