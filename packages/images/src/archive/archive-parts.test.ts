import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { LayerProgress } from './layer-progress.ts';
import { linkedName, memberName } from './member-name.ts';
import { openArchive } from './open-archive.ts';
import { sniffMember } from './sniff-member.ts';

test('member names are normalised, those that lead outside refused', () => {
  for (const name of ['./a/b', 'a//b', '/a/b', 'a/./b/']) assert.equal(memberName(name), 'a/b');
  assert.equal(memberName('./'), '');
  for (const name of ['..', '../a', 'a/../b', 'a\0b']) {
    assert.throws(() => memberName(name), { code: 'images.invalid-archive' });
  }
});

test('links are followed inside of the archive only', () => {
  assert.equal(linkedName('a/layer.tar', '../b/layer.tar', 'symlink'), 'b/layer.tar');
  assert.equal(linkedName('a/layer.tar', 'b/layer.tar', 'hard-link'), 'b/layer.tar');
  assert.equal(linkedName('a/x', '/etc/x', 'symlink'), 'etc/x');
  assert.throws(() => linkedName('a/x', '../../x', 'symlink'), { code: 'images.invalid-archive' });
});

test('layers are told from documents by their first bytes', () => {
  const tar = Buffer.alloc(512);
  tar.write('ustar', 257);
  const sniff = (head: Buffer, size = head.length, name = 'blobs/x') =>
    sniffMember(name, size, head);
  assert.equal(sniff(tar), 'layer');
  assert.equal(sniff(Buffer.alloc(512)), 'layer');
  assert.equal(sniff(gzipSync('x')), 'layer');
  assert.equal(sniff(zstdCompressSync('x')), 'layer');
  assert.equal(sniff(Buffer.from(' \n{"a":1}')), 'document');
  assert.equal(sniff(Buffer.from('[{')), 'document');
  assert.equal(sniff(Buffer.from('1.0')), 'document');
  assert.equal(sniff(Buffer.from('{'), 5 << 20), 'other');
  assert.equal(sniff(Buffer.alloc(512, 'x'), 4000), 'other');
  assert.equal(sniff(Buffer.alloc(512, 'x'), 4000, 'id/layer.tar'), 'layer');
  assert.equal(sniff(Buffer.alloc(0)), 'document');
});

test('archives open plain and compressed, in pieces of any size', async () => {
  const plain = Buffer.from('some bytes that are no JSON'.repeat(1000));
  for (const data of [plain, gzipSync(plain), zstdCompressSync(plain)]) {
    for (const size of [1, 5, 4096]) {
      const pieces = Array.from({ length: Math.ceil(data.length / size) }, (_, at) =>
        data.subarray(at * size, at * size + size),
      );
      const chunks: Buffer[] = [];
      for await (const chunk of openArchive(Readable.from(pieces), refuse)) chunks.push(chunk);
      assert.deepEqual(Buffer.concat(chunks), plain);
    }
  }
  const read = async (data: Buffer) => {
    for await (const _ of openArchive(Readable.from([data]), refuse));
  };
  await assert.rejects(read(gzipSync(plain).subarray(0, 50)), { code: 'images.invalid-archive' });
  await assert.rejects(read(Buffer.from('BZh91AY&SY')), /bzip2 is for a program/);
});

test('a limit keeps the others waiting, also after failures', async () => {
  const limit = new ConcurrencyLimit(2);
  let running = 0;
  let most = 0;
  const work = Array.from({ length: 10 }, (_, index) =>
    limit.run(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (index % 3 === 0) throw new Error('failed');
    }),
  );
  const outcomes = await Promise.allSettled(work);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 4);
  assert.equal(most, 2);
});

test('progress tells the end always and the rest in steps', () => {
  const told: number[] = [];
  const progress = new LayerProgress(({ progressDetail, id }) => {
    assert.equal(id, 'abcdefabcdef');
    told.push(progressDetail?.current ?? -1);
  });
  const total = 100 << 20;
  for (let bytes = 0; bytes <= total; bytes += 64 << 10) {
    progress.reached('blobs/sha256/abcdefabcdef0123', bytes, total);
  }
  assert.equal(told.at(-1), total);
  assert.ok(told.length <= 53, String(told.length));
});

function refuse(compression: string): never {
  throw new Error(`${compression} is for a program`);
}
