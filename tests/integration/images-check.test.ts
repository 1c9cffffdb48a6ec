import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { MemoryRegistry } from '@berth/images/testsuite/memory-registry.ts';
import type { Digest } from '@berth/oci';
import { ImageFixture } from './images-fixture.ts';
import { layer, putImage } from './images-registry-fixture.ts';

const name = 'r.test/lib/app:1';
const blobPath = (fixture: ImageFixture, digest: string) =>
  join(fixture.root, 'content/blobs/sha256', digest.slice(7));

async function pulled(root?: string) {
  const registry = new MemoryRegistry();
  const image = putImage(registry, { tars: [layer('a'), layer('b')] });
  const fixture = await ImageFixture.open({
    registry: registry.client,
    ...(root === undefined ? {} : { root }),
  });
  await fixture.images.pull({ reference: name }, fixture.sink);
  await fixture.images.tag(name, 'r.test/lib/other:2');
  return { registry, fixture, ...image };
}

/** Changes one byte in the middle, as a failing disk does. */
async function damage(path: string): Promise<void> {
  const data = await readFile(path);
  data[data.length >> 1]! ^= 0xff;
  await writeFile(path, data);
}

test('a whole store has no problems', async () => {
  const { fixture } = await pulled();
  await using _ = fixture;
  const report = await fixture.images.check({ repair: false });
  assert.deepEqual(report.problems, []);
  assert.deepEqual([report.images, report.blobs, report.layers], [1, 4, 2]);
  assert.ok(report.bytes > 200_000);
});

for (const [what, harm] of [
  ['missing', (path: string) => rm(path)],
  ['corrupt', damage],
] as const) {
  test(`${what} blobs of every kind are named with their images and fetched again`, async () => {
    const { fixture, layers, target, registry } = await pulled();
    await using _ = fixture;
    const manifest = JSON.parse(await readFile(blobPath(fixture, target.digest), 'utf8'));
    const victims = [layers[0]!.digest, manifest.config.digest, target.digest] as Digest[];
    for (const digest of victims) {
      await harm(blobPath(fixture, digest));
      const { problems } = await fixture.images.check({ repair: false });
      assert.equal(problems.length, 1, JSON.stringify(problems));
      const [problem] = problems;
      assert.deepEqual(
        [problem?.kind, problem?.digest, problem?.state, problem?.repaired],
        ['blob', digest, what, false],
      );
      assert.deepEqual(problem?.images, [name, 'r.test/lib/other:2']);
      const repaired = await fixture.images.check({ repair: true });
      assert.deepEqual(
        repaired.problems.map((each) => each.repaired),
        [true],
      );
      assert.deepEqual((await fixture.images.check({ repair: false })).problems, []);
    }
    assert.ok(registry.opened.length > 0);
  });
}

test('what no registry has is told with the reason, and nothing is lost meanwhile', async () => {
  await using fixture = await ImageFixture.open({ registry: new MemoryRegistry().client });
  const id = await fixture.images.import({ source: Readable.from([layer('x')]) }, fixture.sink);
  await fixture.images.import(
    { source: Readable.from([layer('y')]), reference: 'r.test/gone:1' },
    fixture.sink,
  );
  const before = await fixture.contents();
  for (const digest of before.blobs) await damage(blobPath(fixture, digest));
  const { problems } = await fixture.images.check({ repair: true });
  assert.equal(problems.length, 2, 'what lies below a damaged manifest is not known');
  const unnamed = problems.find(({ images }) => images.includes(id));
  assert.match(unnamed?.reason ?? '', /belongs to no image with a name/);
  assert.ok(problems.every(({ repaired, reason }) => !repaired && reason !== undefined));
  await assert.rejects(fixture.images.prune({ dangling: ['true'] }), {
    code: 'images.collection-blocked',
  });
  assert.deepEqual((await fixture.contents()).blobs, before.blobs);
});

test('a damaged blob is met by save, not handed on', async () => {
  const { fixture, layers } = await pulled();
  await using _ = fixture;
  await damage(blobPath(fixture, layers[1]!.digest));
  await assert.rejects(buffer(await fixture.images.save([name])), { code: 'content.corrupt' });
});

test('nothing is collected while the first document of an image is missing', async () => {
  const root = await mkdtemp(join(tmpdir(), 'berth-check-'));
  try {
    const { fixture, target } = await pulled(root);
    const before = await fixture.blobs();
    await fixture[Symbol.asyncDispose]();
    await rm(blobPath(fixture, target.digest));
    await using again = await ImageFixture.open({ root });
    assert.deepEqual(
      await again.blobs(),
      before.filter((digest) => digest !== target.digest),
    );
  } finally {
    await rm(root, { recursive: true });
  }
});

for (const driver of ['overlay2', 'vfs']) {
  test(`layers that are gone are unpacked again (${driver})`, async () => {
    await using fixture = await ImageFixture.open({ driver });
    await fixture.images.import(
      { source: Readable.from([layer('file')]), reference: 'a' },
      fixture.sink,
    );
    const { chain, manifest, id } = await fixture.images.resolve('a');
    const [chainId] = chain;
    fixture.use({
      usersOf: (image) => (image === id ? [{ containerId: 'c', running: false }] : []),
      chainsInUse: () => new Set(chain),
    });
    const folder = join(fixture.root, driver, chainId!.slice(7));
    await rm(folder, { recursive: true });
    const { problems } = await fixture.images.check({ repair: false });
    assert.deepEqual(
      problems.map((each) => [each.kind, each.digest, each.state, each.images]),
      [['layer', chainId, 'missing', ['a:latest']]],
    );
    const repaired = await fixture.images.check({ repair: true });
    assert.deepEqual(
      repaired.problems.map((each) => each.repaired),
      [true],
    );
    assert.deepEqual((await fixture.images.check({ repair: false })).problems, []);
    await rm(join(folder, 'layer.json'));
    assert.equal(await fixture.images.restoreLayers(manifest), true);
    assert.equal(await fixture.images.restoreLayers(manifest), false);
    await fixture.storage.createContainer('c', chain);
    const root = await fixture.storage.mount('c');
    assert.ok((await readFile(join(root, 'file'))).length > 0);
    await fixture.storage.removeContainer('c');
  });
}
