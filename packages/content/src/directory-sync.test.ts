import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { errnoOf } from '@berth/errors';
import { DirectorySync } from './directory-sync.ts';

test('callers at once share syncs and all succeed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-sync-'));
  try {
    const directories = new DirectorySync();
    await Promise.all(Array.from({ length: 50 }, () => directories.sync(folder)));
    await directories.sync(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a failure reaches its callers and does not stick', async () => {
  const directories = new DirectorySync();
  const missing = join(tmpdir(), 'berth-sync-missing');
  for (let attempt = 0; attempt < 2; attempt++) {
    const syncs = [directories.sync(missing), directories.sync(missing)];
    for (const outcome of await Promise.allSettled(syncs)) {
      assert.equal(outcome.status, 'rejected');
      assert.equal(errnoOf((outcome as PromiseRejectedResult).reason), 'ENOENT');
    }
  }
});
