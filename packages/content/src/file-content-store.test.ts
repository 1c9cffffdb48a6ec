import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { sha256Of } from '@berth/oci';
import { contentStoreConformance } from '../testsuite/content-store-conformance.ts';
import { openContentStore } from './file-content-store.ts';

async function openTemporary() {
  const root = await mkdtemp(join(tmpdir(), 'berth-content-'));
  const store = await openContentStore(root);
  return { store, root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

contentStoreConformance('file content store', openTemporary);

test('opening removes what a killed daemon was writing and keeps the blobs', async () => {
  await using opened = await openTemporary();
  const { digest } = await opened.store.put(Buffer.from('kept'));
  await writeFile(join(opened.root, 'ingest/half'), 'half');
  const again = await openContentStore(opened.root);
  assert.deepEqual(await readdir(join(opened.root, 'ingest')), []);
  assert.equal(await again.has(digest), true);
});

test('opening keeps what a killed daemon had of a resumable blob', async () => {
  await using opened = await openTemporary();
  const digest = sha256Of('first second');
  const killed = await opened.store.resumeWriter(digest);
  await killed.write(Buffer.from('first '));
  const again = await openContentStore(opened.root);
  await using writer = await again.resumeWriter(digest);
  assert.equal(writer.written, 6);
  await killed[Symbol.asyncDispose]();
});

test('a layout of another version is refused, an empty marker is mended', async () => {
  await using opened = await openTemporary();
  const marker = join(opened.root, 'oci-layout');
  await writeFile(marker, '');
  await openContentStore(opened.root);
  for (const text of ['{"imageLayoutVersion":"2.0.0"}', '{}', 'not JSON']) {
    await writeFile(marker, text);
    await assert.rejects(openContentStore(opened.root), (error) =>
      isEngineError(error, 'content.layout-unsupported'),
    );
  }
});
