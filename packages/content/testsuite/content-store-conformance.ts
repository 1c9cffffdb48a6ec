import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { type Digest, encodedOf, sha256Of } from '@berth/oci';
import type { ContentStore } from '../src/content-store.ts';

export interface OpenedStore extends AsyncDisposable {
  readonly store: ContentStore;
}

const absent: Digest = `sha256:${'0'.repeat(64)}`;
const bytes = (text: string) => Buffer.from(text);

function failing(code: Parameters<typeof isEngineError>[1]) {
  return (error: unknown) => isEngineError(error, code);
}

async function text(store: ContentStore, digest: Digest, range?: [number, number]) {
  const stream = await store.read(digest, range);
  return Buffer.concat(await stream.toArray()).toString();
}

async function listed(store: ContentStore): Promise<Digest[]> {
  const digests: Digest[] = [];
  for await (const { digest } of store.list()) digests.push(digest);
  return digests;
}

/** Behaviour that every content store must have. `open` gives an empty one. */
export function contentStoreConformance(name: string, open: () => Promise<OpenedStore>): void {
  const check = (what: string, run: (store: ContentStore) => Promise<void>) =>
    test(`${name}: ${what}`, async () => {
      await using opened = await open();
      await run(opened.store);
    });

  check('a blob is there after commit, and not before', async (store) => {
    const digest = sha256Of('hello');
    await using writer = await store.createWriter();
    await writer.write(bytes('hel'));
    await writer.write(bytes('lo'));
    assert.equal(writer.written, 5);
    assert.equal(await store.has(digest), false);
    const info = await writer.commit({ digest, size: 5 });
    assert.deepEqual([info.digest, info.size], [digest, 5]);
    assert.equal(await text(store, digest), 'hello');
    assert.deepEqual((await store.readAll(digest)).toString(), 'hello');
    assert.equal(await readFile(await store.path(digest), 'utf8'), 'hello');
  });

  check('several chunks are written in their order', async (store) => {
    const chunks = Array.from({ length: 3000 }, (_, n) => bytes(n % 7 === 0 ? '' : `${n},`));
    await using writer = await store.createWriter();
    await writer.write(bytes('begin '));
    await writer.writeAll(chunks);
    await writer.writeAll([]);
    const { digest } = await writer.commit();
    assert.equal(await text(store, digest), `begin ${Buffer.concat(chunks)}`);
    assert.equal(digest, sha256Of(`begin ${Buffer.concat(chunks)}`));
  });

  check('an empty blob is a blob', async (store) => {
    const { digest, size } = await store.put(Buffer.alloc(0));
    assert.equal(size, 0);
    assert.equal(await text(store, digest), '');
  });

  check('a wrong digest or size is refused and leaves nothing', async (store) => {
    await assert.rejects(store.put(bytes('x'), absent), failing('content.digest-mismatch'));
    await using writer = await store.createWriter();
    await writer.write(bytes('x'));
    await assert.rejects(writer.commit({ size: 2 }), failing('content.size-mismatch'));
    assert.deepEqual(await listed(store), []);
    assert.deepEqual(await readdir(join(store.root, 'ingest')), []);
  });

  check('disposing a writer aborts it', async (store) => {
    {
      await using writer = await store.createWriter();
      await writer.write(bytes('gone'));
    }
    assert.deepEqual(await readdir(join(store.root, 'ingest')), []);
    assert.equal(await store.has(sha256Of('gone')), false);
  });

  check('the same blob may be committed twice, also at once', async (store) => {
    const digest = sha256Of('same');
    const infos = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes('same'))));
    assert.ok(infos.every((info) => info.digest === digest));
    assert.equal((await listed(store)).length, 1);
    assert.deepEqual(await readdir(join(store.root, 'ingest')), []);
  });

  check(
    'a file that somebody else wrote is hashed, or trusted when that is said',
    async (store) => {
      await using first = await store.createWriter({ hashing: false });
      await appendFile(first.path, 'by a worker');
      assert.equal((await first.commit()).digest, sha256Of('by a worker'));
      await using second = await store.createWriter({ hashing: false });
      await appendFile(second.path, 'trusted');
      const digest = sha256Of('trusted');
      assert.equal((await second.commit({ digest, size: 7, trusted: true })).size, 7);
      await using third = await store.createWriter({ hashing: false });
      await appendFile(third.path, 'not what was said');
      await assert.rejects(third.commit({ digest }), failing('content.digest-mismatch'));
    },
  );

  check('a resumable writer goes on where the last one stopped', async (store) => {
    const digest = sha256Of('one two');
    {
      await using first = await store.resumeWriter(digest);
      assert.equal(first.written, 0);
      await first.write(bytes('one '));
      await assert.rejects(store.resumeWriter(digest), /written already/);
    }
    await using second = await store.resumeWriter(digest);
    assert.equal(second.written, 4);
    assert.equal(await readFile(second.path, 'utf8'), 'one ');
    await second.write(bytes('two'));
    assert.equal((await second.commit({ digest, size: 7 })).size, 7);
    assert.equal(await text(store, digest), 'one two');
    await using third = await store.resumeWriter(digest);
    assert.equal(third.written, 0);
  });

  check('wrong bytes of a resumable writer are not kept', async (store) => {
    for (const end of ['commit', 'discard'] as const) {
      await using writer = await store.resumeWriter(absent);
      assert.equal(writer.written, 0);
      await writer.write(bytes('x'));
      if (end === 'discard') await writer.discard();
      else
        await assert.rejects(writer.commit({ digest: absent }), failing('content.digest-mismatch'));
    }
    await using writer = await store.resumeWriter(absent);
    assert.equal(writer.written, 0);
  });

  check('partial blobs expire, those being written do not', async (store) => {
    const other = sha256Of('other');
    for (const digest of [absent, other]) {
      await using writer = await store.resumeWriter(digest);
      await writer.write(bytes('half'));
    }
    assert.equal(await store.expirePartials(0), 0);
    await using kept = await store.resumeWriter(other);
    assert.equal(await store.expirePartials(Date.now() + 60_000), 4);
    assert.equal(kept.written, 4);
    await using gone = await store.resumeWriter(absent);
    assert.equal(gone.written, 0);
  });

  check('sha512 blobs are kept beside sha256 ones', async (store) => {
    const digest = `sha512:${createHash('sha512').update('long').digest('hex')}` as Digest;
    await store.put(bytes('long'), digest);
    assert.equal((await store.readAll(digest)).toString(), 'long');
    assert.deepEqual(await listed(store), [digest]);
  });

  check('ranges are inclusive and checked', async (store) => {
    const { digest } = await store.put(bytes('0123456789'));
    assert.equal(await text(store, digest, [2, 4]), '234');
    assert.equal(await text(store, digest, [9, 9]), '9');
    for (const range of [
      [-1, 2],
      [4, 3],
      [0, 10],
    ] as const) {
      await assert.rejects(store.read(digest, range), failing('content.invalid-range'));
    }
  });

  check('what is not there is reported as such; deleting it is no error', async (store) => {
    await assert.rejects(store.read(absent), failing('content.not-found'));
    await assert.rejects(store.readAll(absent), failing('content.not-found'));
    await assert.rejects(store.path(absent), failing('content.not-found'));
    assert.equal(await store.info(absent), undefined);
    await store.delete(absent);
    const { digest } = await store.put(bytes('short life'));
    await store.delete(digest);
    assert.equal(await store.has(digest), false);
  });

  check('documents beyond the limit are refused', async (store) => {
    const { digest } = await store.put(Buffer.alloc(2000));
    await assert.rejects(store.readAll(digest, 1999), failing('content.too-large'));
    assert.equal((await store.readAll(digest, 2000)).length, 2000);
  });

  check('damage on the disk is noticed', async (store) => {
    const { digest } = await store.put(bytes('sound'));
    await writeFile(await store.path(digest), 'rotten');
    await assert.rejects(store.readAll(digest), failing('content.corrupt'));
    // Storing it again mends a blob whose length is wrong.
    await store.put(bytes('sound'));
    assert.equal((await store.readAll(digest)).toString(), 'sound');
  });

  check('the folder is an image layout', async (store) => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const { digest, size } = await store.put(bytes('{}'));
    await Promise.all([store.writeIndex([]), store.writeIndex([{ mediaType, digest, size }])]);
    const read = async (name: string) => JSON.parse(await readFile(join(store.root, name), 'utf8'));
    assert.deepEqual(await read('oci-layout'), { imageLayoutVersion: '1.0.0' });
    assert.deepEqual((await read('index.json')).manifests, [{ mediaType, digest, size }]);
    assert.equal(await readFile(join(store.root, 'blobs/sha256', encodedOf(digest)), 'utf8'), '{}');
  });
}
