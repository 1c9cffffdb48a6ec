import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isEngineError } from '@berth/errors';
import { createFakeKernel } from '@berth/kernel/fake.ts';
import { sha256Of } from '@berth/oci';
import { contentStoreConformance } from '../testsuite/content-store-conformance.ts';
import { openContentStore } from './file-content-store.ts';

const kernel = createFakeKernel();
const durability = { files: kernel.files, bootId: 'boot-1' };

async function openTemporary() {
  const root = await mkdtemp(join(tmpdir(), 'berth-content-'));
  const store = await openContentStore(root, durability);
  return { store, root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

contentStoreConformance('file content store', openTemporary);

test('opening removes what a killed daemon was writing and keeps the blobs', async () => {
  await using opened = await openTemporary();
  const { digest } = await opened.store.put(Buffer.from('kept'));
  await writeFile(join(opened.root, 'ingest/half'), 'half');
  const again = await openContentStore(opened.root, durability);
  assert.deepEqual(await readdir(join(opened.root, 'ingest')), []);
  assert.equal(await again.has(digest), true);
});

test('opening keeps what a killed daemon had of a resumable blob', async () => {
  await using opened = await openTemporary();
  const digest = sha256Of('first second');
  const killed = await opened.store.resumeWriter(digest);
  await killed.write(Buffer.from('first '));
  const again = await openContentStore(opened.root, durability);
  await using writer = await again.resumeWriter(digest);
  assert.equal(writer.written, 6);
  await killed[Symbol.asyncDispose]();
});

test('a layout of another version is refused, an empty marker is mended', async () => {
  await using opened = await openTemporary();
  const marker = join(opened.root, 'oci-layout');
  await writeFile(marker, '');
  await openContentStore(opened.root, durability);
  for (const text of ['{"imageLayoutVersion":"2.0.0"}', '{}', 'not JSON']) {
    await writeFile(marker, text);
    await assert.rejects(openContentStore(opened.root, durability), (error) =>
      isEngineError(error, 'content.layout-unsupported'),
    );
  }
});

test('a blob in doubt is checked after a power failure, and only then', async () => {
  await using opened = await openTemporary();
  const spoilt = await opened.store.put(Buffer.from('spoilt'));
  const whole = await opened.store.put(Buffer.from('whole'));
  await writeFile(await opened.store.path(spoilt.digest), '');
  const sameBoot = await openContentStore(opened.root, durability);
  assert.equal(await sameBoot.has(spoilt.digest), true);
  const next = await openContentStore(opened.root, { ...durability, bootId: 'boot-2' });
  assert.equal(await next.has(spoilt.digest), false);
  assert.equal(await next.has(whole.digest), true);
  assert.deepEqual(await readdir(join(opened.root, 'unsynced')), []);
});

test('disposing brings blobs to the disk; then nothing is in doubt', async () => {
  await using opened = await openTemporary();
  const { digest } = await opened.store.put(Buffer.from('kept'));
  assert.equal((await readdir(join(opened.root, 'unsynced'))).length, 1);
  await opened.store[Symbol.asyncDispose]();
  assert.ok(kernel.calls.some(({ method }) => method === 'syncFileSystem'));
  while ((await readdir(join(opened.root, 'unsynced'))).length > 0) await setImmediate();
  assert.equal(await opened.store.has(digest), true);
});
