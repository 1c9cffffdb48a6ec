import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Script } from 'node:vm';
import { bundleFile } from './bundle-file.ts';
import { runBundle } from './bundle-loader.ts';

const first = `({"./main.js"(module,require){
  require('tell')('main ' + require('./a.js').name + ' ' + require('./a.js').name);
  require('./b.js');
}})`;
const second = `({"./a.js"(module,require){ require('tell')('a'); module.exports = { name: 'A' }; },
"./b.js"(module,require){ require('tell')('b'); }})`;
const never = '({"./c.js"(module,require){ require("tell")("c"); }})';

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-bundle-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Runs the bundle with that compiled code in it; what its modules told, and the scripts that were loaded. */
function run(name: string, code: (part: number) => Buffer) {
  // V8 itself remembers what it compiled from a file of a name.
  const file = path.join(folder, name);
  const parts = [
    { names: ['./main.js'], source: first },
    { names: ['./c.js'], source: never },
    { names: ['./a.js', './b.js'], source: second },
  ];
  const contents = parts.map((part, number) => ({ ...part, code: code(number) }));
  writeFileSync(file, bundleFile('./main.js', contents));
  const told: string[] = [];
  const scripts = new Map<number, Script>();
  const tell = (text: string) => told.push(text);
  runBundle(
    file,
    (wanted) => (wanted === 'tell' ? tell : assert.fail(wanted)),
    (part, script) => scripts.set(part, script),
  );
  return { told, scripts };
}

test('modules run once, when they are first needed, with compiled code and without', () => {
  const plain = run('plain', () => Buffer.alloc(0));
  assert.deepEqual(plain.told, ['a', 'main A A', 'b']);
  assert.deepEqual([...plain.scripts.keys()], [0, 2]);

  const code = [0, 1, 2].map(
    (part) => plain.scripts.get(part)?.createCachedData() ?? Buffer.alloc(0),
  );
  const compiled = run('compiled', (part) => code[part] as Buffer);
  assert.deepEqual(compiled.told, plain.told);
  for (const script of compiled.scripts.values()) assert.equal(script.cachedDataRejected, false);
});

test('compiled code of another V8 is not used', () => {
  const { told, scripts } = run('damaged', () => Buffer.alloc(100, 1));
  assert.deepEqual(told, ['a', 'main A A', 'b']);
  assert.equal(scripts.get(0)?.cachedDataRejected, true);
});
