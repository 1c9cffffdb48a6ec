import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { WorkerPool } from '../worker/worker-pool.ts';
import { removeTrees } from './remove-trees.ts';

let folder = '';
let forWorkers: unknown[] = [];
const pool = {
  run: async (request: unknown) => void forWorkers.push(request),
} as unknown as Pick<WorkerPool, 'run'>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-trees-'));
  forWorkers = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function tree(name: string, files: number): string {
  const root = path.join(folder, name);
  mkdirSync(path.join(root, 'a/b'), { recursive: true });
  for (let index = 0; index < files; index++) writeFileSync(path.join(root, 'a/b', `${index}`), '');
  return root;
}

test('a small tree goes at once; what its links lead to stays', async () => {
  const outside = tree('outside', 1);
  const small = tree('small', 3);
  symlinkSync(outside, path.join(small, 'a/link'));
  await removeTrees(pool, [small, path.join(folder, 'missing')]);
  assert.equal(existsSync(small), false);
  assert.equal(existsSync(path.join(outside, 'a/b/0')), true);
  assert.deepEqual(forWorkers, []);
});

test('a large tree, strange names and subvolumes are for the workers, untouched', async () => {
  const large = tree('large', 100);
  const strange = tree('strange', 1);
  writeFileSync(Buffer.concat([Buffer.from(`${strange}/a/`), Buffer.from([0xff])]), '');
  const file = path.join(strange, 'a/b/0');
  const paths = [large, strange, file];
  await removeTrees(pool, paths);
  assert.deepEqual(forWorkers, [{ kind: 'remove', paths, subvolume: undefined }]);
  assert.equal(existsSync(path.join(large, 'a/b/99')), true);
  assert.equal(existsSync(file), true);
  await removeTrees(pool, [tree('small', 1)], 'fs');
  assert.equal(forWorkers.length, 2);
});
