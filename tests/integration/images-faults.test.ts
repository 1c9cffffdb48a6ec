import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isEngineError } from '@berth/errors';
import { MemoryRegistry } from '@berth/images/testsuite/memory-registry.ts';
import { ImageFixture } from './images-fixture.ts';
import { layer, putImage } from './images-registry-fixture.ts';

const kills = 25;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-faults-'));
});
after(() => rm(folder, { recursive: true }));

async function tarOf(files: number, bytes: number): Promise<Buffer> {
  const tree = await mkdtemp(join(folder, 'tree-'));
  for (let file = 0; file < files; file++) {
    await writeFile(join(tree, `file${file}`), randomBytes(bytes));
  }
  return execFileSync('tar', ['-C', tree, '-c', '.'], { maxBuffer: 1 << 30 });
}

async function savedArchive(tar: Buffer): Promise<string> {
  await using fixture = await ImageFixture.open();
  await fixture.images.import({ source: Readable.from([tar]), reference: 'crash:1' }, fixture.sink);
  const path = join(folder, 'crash.tar');
  await pipeline(await fixture.images.save(['crash:1']), createWriteStream(path));
  return path;
}

test('killed at any moment, the next start finds whole images and nothing else', async () => {
  const archive = await savedArchive(await tarOf(200, 5000));
  const root = await mkdtemp(join(folder, 'root-'));
  const worker = new URL('./images-crash-worker.ts', import.meta.url);
  for (let round = 0; round < kills; round++) {
    const child = fork(worker, [root, archive], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    await delay(Math.random() * 150);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;

    await using fixture = await ImageFixture.open({ root });
    const images = await fixture.images.list({});
    for (const { Id } of images) {
      const { chain } = await fixture.images.resolve(Id);
      await fixture.storage.createContainer('check', chain);
      const mounted = await fixture.storage.mount('check');
      assert.equal((await readdir(mounted)).length, 200);
      await fixture.storage.removeContainer('check');
    }
    const { blobs, layers } = await fixture.contents();
    assert.deepEqual([blobs.length, layers.length], [images.length * 3, images.length]);
    assert.deepEqual(await readdir(join(root, 'content/ingest')), []);
    const index = JSON.parse(await readFile(join(root, 'content/index.json'), 'utf8'));
    const tags = images.reduce((sum, { RepoTags }) => sum + Math.max(1, RepoTags.length), 0);
    assert.equal(index.manifests.length, tags);
  }
});

test('a full disk is reported as such, keeps what was there, and is usable afterwards', async () => {
  const mounted = join(folder, 'disk');
  const image = join(folder, 'disk.img');
  await mkdir(mounted);
  await writeFile(image, '');
  await truncate(image, 48 << 20);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  execFileSync('mount', ['-o', 'loop', image, mounted]);
  try {
    const small = await tarOf(1, 1 << 20);
    const large = await tarOf(30, 1 << 20);
    const archive = await readFile(await savedArchive(large));
    const root = join(mounted, 'data');
    await mkdir(root);
    const registry = new MemoryRegistry();
    const tars = [layer('a', 10 << 20), layer('b', 25 << 20)];
    putImage(registry, { tars, compression: 'none' });
    await using fixture = await ImageFixture.open({ root, registry: registry.client });
    const importTar = (tar: Buffer, reference: string) =>
      fixture.images.import({ source: Readable.from([Buffer.from(tar)]), reference }, fixture.sink);
    await importTar(small, 'small');
    const before = await fixture.contents();
    const full = (error: unknown) => {
      assert.ok(isEngineError(error, 'common.no-space'), String((error as Error).stack));
      assert.match(
        error.message,
        /which needs (more than the [\d.]+ [kMG]?B that are free|at least [\d.]+ [kMG]?B where [\d.]+ [kMG]?B are free)/,
      );
      return true;
    };
    await assert.rejects(importTar(large, 'large'), full);
    assert.deepEqual(await fixture.contents(), before);
    const load = fixture.images.load(Readable.from([archive]), {}, fixture.sink);
    await assert.rejects(load, full);
    assert.deepEqual(await fixture.contents(), before);
    await assert.rejects(
      fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink),
      full,
    );
    assert.deepEqual(await fixture.contents(), before);
    // What came of the layer that did not fit does not keep the disk full.
    const partials = await readdir(join(root, 'content/partial'));
    const kept = await Promise.all(
      partials.map((name) => stat(join(root, 'content/partial', name))),
    );
    assert.ok(kept.reduce((sum, { size }) => sum + size, 0) < 25 << 20);
    await importTar(small, 'again');
    assert.equal((await fixture.images.resolve('again')).chain.length, 1);
  } finally {
    execFileSync('umount', [mounted]);
  }
});
