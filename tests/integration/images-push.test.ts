import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { MemoryRegistry } from '@berth/images/testsuite/memory-registry.ts';
import { mediaTypes } from '@berth/oci';
import { ImageFixture } from './images-fixture.ts';
import { host, layer, putImage } from './images-registry-fixture.ts';

const failing = (code: Parameters<typeof isEngineError>[1]) => (error: unknown) =>
  isEngineError(error, code);
const platforms = [
  host,
  { os: 'linux', architecture: 's390x' },
  { os: 'linux', architecture: 'arm' },
];

/** An image for three platforms under `lib/app:multi`. */
function putIndex(registry: MemoryRegistry) {
  const manifests = platforms.map((platform, n) => {
    const { target } = putImage(registry, { tars: [layer(`p${n}`)], tag: `p${n}`, platform });
    return { ...target, platform };
  });
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  return { manifests, target: registry.putManifest('lib/app', index, 'multi') };
}

test('what was imported or pulled goes out as it is, what is there already does not', async () => {
  const registry = new MemoryRegistry();
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const source = Readable.from([layer('root')]);
  const id = await fixture.images.import({ source, reference: 'r.test/a:1' }, fixture.sink);
  await fixture.images.push({ reference: 'r.test/a', tag: '1' }, fixture.sink);
  assert.equal(registry.repository('a').tags.get('1'), id);
  assert.equal(registry.uploads.length, 2);
  const { progress } = fixture;
  assert.equal(progress[1]?.status, 'The push refers to repository [r.test/a]');
  assert.equal(progress.at(-2)?.status?.startsWith(`1: digest: ${id} size: `), true);
  const aux = progress.at(-1)?.aux as { Tag: string; Digest: string } | undefined;
  assert.deepEqual([aux?.Tag, aux?.Digest], ['1', id]);
  assert.equal(progress.at(-3)?.status, 'Pushed');
  const event = fixture.events.at(-1)!;
  assert.deepEqual([event.action, event.actorId], ['push', 'r.test/a:1']);
  await fixture.images.push({ reference: 'r.test/a', tag: '1' }, fixture.sink);
  assert.equal(progress.at(-3)?.status, 'Layer already exists');
  await fixture.images.tag('r.test/a:1', 'r.test/b:2');
  await fixture.images.push({ reference: 'r.test/b', tag: '2' }, fixture.sink);
  assert.equal(progress.at(-3)?.status, 'Mounted from a');
  assert.equal(registry.repository('b').tags.get('2'), id);
  assert.equal(registry.uploads.filter((what) => what.startsWith('upload')).length, 2);
});

test('all tags of a repository, and names that are not there', async () => {
  const registry = new MemoryRegistry();
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const push = (tag: string | undefined, reference = 'r.test/a') =>
    fixture.images.push({ reference, ...(tag === undefined ? {} : { tag }) }, fixture.sink);
  await assert.rejects(push('1'), failing('images.no-tags-to-push'));
  const source = Readable.from([layer('root')]);
  await fixture.images.import({ source, reference: 'r.test/a:1' }, fixture.sink);
  await fixture.images.tag('r.test/a:1', 'r.test/a:2');
  await assert.rejects(push('3'), failing('images.tag-missing'));
  await assert.rejects(push(`sha256:${'0'.repeat(64)}`), failing('images.push-digest'));
  assert.deepEqual([...registry.repository('a').tags], []);
  // A tag in the name says nothing.
  await push(undefined, 'r.test/a:1');
  assert.deepEqual([...registry.repository('a').tags.keys()], ['1', '2']);
});

test('of an index whose platforms are not all here, what is here goes', async () => {
  const registry = new MemoryRegistry();
  const { manifests, target } = putIndex(registry);
  await using fixture = await ImageFixture.open({ registry: registry.client });
  const pull = (platform: string) =>
    fixture.images.pull({ reference: 'r.test/lib/app:multi', platform }, fixture.sink);
  const other = registry.repository('other');
  const push = async (tag: string, platform?: (typeof platforms)[0]) => {
    await fixture.images.tag('r.test/lib/app:multi', `r.test/other:${tag}`);
    const wanted = platform === undefined ? {} : { platform };
    await fixture.images.push({ reference: 'r.test/other', tag, ...wanted }, fixture.sink);
    return other.tags.get(tag);
  };
  await pull(`linux/${host.architecture}`);
  assert.equal(await push('one'), manifests[0]!.digest);
  assert.deepEqual(fixture.progress.at(-1)?.aux, {
    manifestPushedInsteadOfIndex: true,
    originalIndex: target,
    selectedManifest: manifests[0],
  });
  await pull('linux/s390x');
  assert.equal(await push('wanted', platforms[1]), manifests[1]!.digest);
  // Two are here and the registry lacks the third.
  await assert.rejects(push('two'), failing('images.push-incomplete'));
  assert.equal(other.tags.has('two'), false);
  await assert.rejects(push('arm', platforms[2]), failing('images.platform-missing'));
  // The repository that it came from has it.
  await fixture.images.push({ reference: 'r.test/lib/app', tag: 'multi' }, fixture.sink);
  await pull('linux/arm');
  assert.equal(await push('all'), target.digest);
  assert.deepEqual(
    manifests.map(({ digest }) => other.manifests.has(digest)),
    [true, true, true],
  );
});
