import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { MemoryRegistry, piecewise } from '@berth/images/testsuite/memory-registry.ts';
import { mediaTypes } from '@berth/oci';
import { eventually } from '@berth/testing';
import { ImageFixture } from './images-fixture.ts';
import { digestOf, host, layer, putImage } from './images-registry-fixture.ts';

/** A stream whose second part comes when `gate` opens. */
function gated(
  gate: Promise<void>,
  last: Uint8Array,
  first: Uint8Array = new Uint8Array(),
): Readable {
  const stream = new PassThrough();
  stream.write(first);
  void gate.then(() => stream.end(last));
  return stream;
}

const statuses = ({ progress }: ImageFixture) =>
  progress.filter(({ progressDetail }) => progressDetail?.current === undefined);
const failing = (code: Parameters<typeof isEngineError>[1]) => (error: unknown) =>
  isEngineError(error, code);

for (const compression of ['gzip', 'zstd', 'none'] as const) {
  test(`an image with ${compression} layers is pulled, and the second time is up to date`, async () => {
    const registry = new MemoryRegistry();
    const tars = [layer('a'), layer('b')];
    const { target, layers } = putImage(registry, { tars, compression });
    await using fixture = await ImageFixture.open({ registry: registry.client });
    await fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink);
    const { id, chain } = await fixture.images.resolve('r.test/lib/app:1');
    assert.deepEqual([id, chain.length], [target.digest, 2]);
    const inspect = await fixture.images.inspect('r.test/lib/app:1');
    assert.deepEqual(inspect.RepoDigests, [`r.test/lib/app@${target.digest}`]);
    const shown = statuses(fixture).map(({ id: of = '', status }) => `${of} ${status}`);
    assert.equal(shown[0], '1 Pulling from lib/app');
    for (const { digest } of layers) {
      const own = shown.filter((line) => line.startsWith(digest.slice(7, 19)));
      assert.equal(own[0]?.slice(13), 'Pulling fs layer');
      assert.equal(own.at(-1)?.slice(13), 'Pull complete');
    }
    assert.deepEqual(shown.slice(-2), [
      ` Digest: ${target.digest}`,
      ' Status: Downloaded newer image for r.test/lib/app:1',
    ]);
    const { type, action, actorId, attributes } = fixture.events.at(-1)!;
    assert.deepEqual(
      { type, action, actorId, attributes },
      {
        ...{ type: 'image', action: 'pull', actorId: 'r.test/lib/app:1' },
        attributes: { made: 'here', name: 'r.test/lib/app' },
      },
    );
    const opened = registry.opened.length;
    fixture.progress.length = 0;
    await fixture.images.pull({ reference: 'r.test/lib/app', tag: '1' }, fixture.sink);
    assert.equal(registry.opened.length, opened);
    assert.equal(
      fixture.progress.at(-1)?.status,
      'Status: Image is up to date for r.test/lib/app:1',
    );
    assert.equal(fixture.progress[1]?.status, 'Already exists');
  });
}

test('where a layer needs the one below it, layers are unpacked in order', async () => {
  const registry = new MemoryRegistry();
  const tars = ['a', 'b', 'c'].map((name) => layer(name));
  putImage(registry, { tars });
  await using fixture = await ImageFixture.open({ registry: registry.client, driver: 'vfs' });
  await fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink);
  const { chain } = await fixture.images.resolve('r.test/lib/app:1');
  await fixture.storage.createContainer('c', chain);
  const names = await readdir(await fixture.storage.mount('c'));
  assert.deepEqual(names.filter((name) => name.length === 1).sort(), ['a', 'b', 'c']);
  await fixture.storage.removeContainer('c');
});

test('pulls at once share downloads, and one that is given up leaves them to the others', async () => {
  const registry = new MemoryRegistry();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  registry.answer = (bytes) => gated(gate, bytes);
  const tars = [layer('a'), layer('b')];
  putImage(registry, { tars });
  putImage(registry, { tars, path: 'lib/other' });
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const leaving = new AbortController();
  const first = fixture.images.pull(
    { reference: 'r.test/lib/app:1', signal: leaving.signal },
    fixture.sink,
  );
  const others = ['lib/app', 'lib/app', 'lib/other'].map((path) =>
    fixture.images.pull({ reference: `r.test/${path}:1` }, fixture.sink),
  );
  // Every pull shows both of its layers coming.
  const coming = () => fixture.progress.filter(({ status }) => status === 'Downloading').length;
  await eventually(() => coming() === 8);
  leaving.abort();
  await assert.rejects(first, failing('common.cancelled'));
  open();
  await Promise.all(others);
  assert.equal(registry.opened.length, 2);
  assert.equal(fixture.images.count(), 1);
});

test('what a pull that was given up has got is not fetched again', async () => {
  const registry = new MemoryRegistry();
  const { layers } = putImage(registry, { tars: [layer('big', 400_000)] });
  const size = layers[0]!.size;
  const stall = new AbortController();
  const never = new Promise<void>(() => undefined);
  registry.answer = (bytes) => gated(never, Buffer.alloc(0), bytes.subarray(0, size - 1000));
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const partial = join(fixture.content.root, 'partial');
  const pull = fixture.images.pull(
    { reference: 'r.test/lib/app:1', signal: stall.signal },
    fixture.sink,
  );
  await eventually(async () => {
    const [name] = await readdir(partial);
    return name !== undefined && (await stat(join(partial, name))).size === size - 1000;
  });
  stall.abort();
  await assert.rejects(pull, failing('common.cancelled'));
  assert.deepEqual(await fixture.contents(), { blobs: [], layers: [], images: 0 });
  registry.answer = (bytes, _layer, { offset = 0 }) => piecewise(bytes.subarray(offset));
  await fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink);
  assert.deepEqual(
    registry.opened.map(({ offset }) => offset),
    [0, size - 1000],
  );
  await fixture.images.resolve('r.test/lib/app:1');
  assert.deepEqual(await readdir(partial), []);
});

test('wrong bytes are fetched again, and in the end refused', async () => {
  const registry = new MemoryRegistry();
  putImage(registry, { tars: [layer('a'), layer('b')] });
  await using fixture = await ImageFixture.open({ registry: registry.client });
  let wrong = 1;
  registry.answer = (bytes, { size }, { offset = 0 }) => {
    const answer = Buffer.from(bytes.subarray(offset));
    if (wrong-- > 0) answer[size >> 1]! ^= 1;
    return piecewise(answer);
  };
  wrong = Number.POSITIVE_INFINITY;
  await assert.rejects(
    fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink),
    failing('content.digest-mismatch'),
  );
  assert.deepEqual(await fixture.contents(), { blobs: [], layers: [], images: 0 });
  for (const times of [1, 2]) {
    wrong = times;
    await fixture.images.pull({ reference: 'r.test/lib/app:1' }, fixture.sink);
    await fixture.images.resolve('r.test/lib/app:1');
    await fixture.images.remove('r.test/lib/app:1');
  }
});

test('a layer that is not what its image says is refused and nothing of it is kept', async () => {
  const registry = new MemoryRegistry();
  const tars = [layer('a')];
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const pull = (tag: string) =>
    fixture.images.pull({ reference: `r.test/lib/app:${tag}` }, fixture.sink);
  putImage(registry, { tars, tag: 'diff', diffIds: [digestOf(Buffer.from('x'))] });
  await assert.rejects(pull('diff'), failing('images.layer-mismatch'));
  putImage(registry, { tars, tag: 'count', diffIds: [] });
  await assert.rejects(pull('count'), failing('images.invalid-manifest'));
  putImage(registry, { tars: [Buffer.from('no tar at all')], tag: 'text' });
  await assert.rejects(pull('text'), failing('snapshots.invalid-archive'));
  putImage(registry, { tars, tag: 'foreign', layerType: mediaTypes.dockerForeignLayerGzip });
  await assert.rejects(pull('foreign'), failing('images.foreign-layer'));
  putImage(registry, { tars, tag: 'chart', layerType: 'application/vnd.cncf.helm.chart.v1' });
  await assert.rejects(pull('chart'), failing('images.unsupported-type'));
  const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
  registry.putManifest('lib/app', { schemaVersion: 1, mediaType }, 'old');
  await assert.rejects(pull('old'), failing('images.schema1'));
  await assert.rejects(pull('absent'), failing('images.tag-missing'));
  assert.deepEqual(await fixture.contents(), { blobs: [], layers: [], images: 0 });
  assert.equal(
    fixture.progress.some(({ status = '' }) => status.startsWith('Status')),
    false,
  );
});

test('of an index the best platform is fetched, and the index is kept whole', async () => {
  const registry = new MemoryRegistry();
  const platforms = [
    { os: 'linux', architecture: 'arm', variant: 'v6' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
    host,
  ];
  const manifests = platforms.map((platform, n) => {
    const { target } = putImage(registry, { tars: [layer(`p${n}`)], tag: `p${n}`, platform });
    return { ...target, platform };
  });
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  const target = registry.putManifest('lib/app', index, 'multi');
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const pull = (platform?: string) =>
    fixture.images.pull(
      { reference: 'r.test/lib/app:multi', ...(platform === undefined ? {} : { platform }) },
      fixture.sink,
    );
  await pull();
  assert.equal(registry.opened.length, 1);
  const { id, manifest } = await fixture.images.resolve('r.test/lib/app:multi');
  assert.deepEqual([id, manifest.digest], [target.digest, manifests[2]!.digest]);
  await pull('linux/arm');
  const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };
  const chosen = await fixture.images.resolve('r.test/lib/app:multi', arm);
  assert.equal(chosen.manifest.digest, manifests[1]!.digest);
  await assert.rejects(pull('linux/s390x'), failing('images.no-matching-manifest'));
  await fixture.images.pull({ reference: `r.test/lib/app@${manifests[0]!.digest}` }, fixture.sink);
  assert.equal(fixture.images.count(), 2);
});

test('all tags of a repository', async () => {
  const registry = new MemoryRegistry();
  for (const tag of ['1', '2']) putImage(registry, { tars: [layer(tag)], tag });
  await using fixture = await ImageFixture.open({ registry: registry.client });
  await fixture.images.pull({ reference: 'r.test/lib/app' }, fixture.sink);
  const tags = (await fixture.images.list({})).flatMap(({ RepoTags }) => RepoTags);
  assert.deepEqual(tags.sort(), ['r.test/lib/app:1', 'r.test/lib/app:2']);
  assert.equal(
    fixture.progress.at(-1)?.status,
    'Status: Downloaded newer image for r.test/lib/app',
  );
});
