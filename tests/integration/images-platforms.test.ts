import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { ImageFixture } from './images-fixture.ts';

const platforms = ['amd64', 'arm64', 's390x'];
const linux = (architecture: string) => ({ os: 'linux', architecture });

let folder: string;
let archive: string;
let indexDigest: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-platforms-'));
  ({ archive, indexDigest } = await multiPlatformArchive());
});
after(() => rm(folder, { recursive: true }));

/** An OCI archive with one image for three platforms. */
async function multiPlatformArchive() {
  await using fixture = await ImageFixture.open();
  for (const architecture of platforms) {
    await writeFile(join(folder, 'file'), architecture);
    const source = Readable.from([execFileSync('tar', ['-C', folder, '-c', 'file'])]);
    const platform = `linux/${architecture}`;
    await fixture.images.import({ source, reference: architecture, platform }, fixture.sink);
  }
  const saved = join(folder, 'parts.tar');
  await pipeline(await fixture.images.save(platforms), createWriteStream(saved));
  const tree = await mkdtemp(join(folder, 'layout-'));
  execFileSync('tar', ['-C', tree, '-xf', saved, 'blobs', 'oci-layout', 'index.json']);
  const parts = JSON.parse(await readFile(join(tree, 'index.json'), 'utf8')).manifests;
  const manifests = parts.map(
    ({ annotations, ...descriptor }: { annotations: object }, at: number) => {
      assert.ok(annotations);
      return { ...descriptor, platform: linux(platforms[at]!) };
    },
  );
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests });
  const hex = createHash('sha256').update(index).digest('hex');
  await writeFile(join(tree, 'blobs/sha256', hex), index);
  const target = { mediaType, digest: `sha256:${hex}`, size: index.length };
  const annotations = { 'io.containerd.image.name': 'docker.io/library/multi:1' };
  const top = { schemaVersion: 2, mediaType, manifests: [{ ...target, annotations }] };
  await writeFile(join(tree, 'index.json'), JSON.stringify(top));
  const path = join(folder, 'multi.tar');
  execFileSync('tar', ['-C', tree, '-cf', path, '.']);
  return { archive: path, indexDigest: `sha256:${hex}` };
}

async function loaded(...wanted: string[]): Promise<ImageFixture> {
  const fixture = await ImageFixture.open();
  try {
    const source = Readable.from([await readFile(archive)]);
    await fixture.images.load(source, { platforms: wanted.map(linux) }, fixture.sink);
    return fixture;
  } catch (error) {
    await fixture[Symbol.asyncDispose]();
    throw error;
  }
}

async function fileOf(fixture: ImageFixture, architecture: string): Promise<string> {
  const { chain } = await fixture.images.resolve('multi:1', linux(architecture));
  await fixture.storage.createContainer(architecture, chain);
  const root = await fixture.storage.mount(architecture);
  const text = await readFile(join(root, 'file'), 'utf8');
  await fixture.storage.removeContainer(architecture);
  return text;
}

test('an index is kept whole; its platforms are unpacked when they are used', async () => {
  await using fixture = await loaded();
  const host = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const image = await fixture.images.resolve('multi:1');
  assert.equal(image.id, indexDigest);
  assert.equal(image.platform.architecture, host);
  assert.equal((await fixture.contents()).layers.length, 1);
  for (const architecture of platforms) {
    assert.equal(await fileOf(fixture, architecture), architecture);
  }
  assert.equal((await fixture.contents()).layers.length, 3);
  const inspected = await fixture.images.inspect('multi:1', { manifests: true });
  assert.equal(inspected.Id, indexDigest);
  assert.deepEqual(
    inspected.Manifests?.map((entry) => [entry.ImageData?.Platform.architecture, entry.Available]),
    platforms.map((architecture) => [architecture, true]),
  );
  const one = await fixture.images.inspect('multi:1', { platform: linux('s390x') });
  assert.equal(one.Architecture, 's390x');
  assert.equal(one.Id, inspected.Manifests?.[2]?.ID);
  await assert.rejects(fixture.images.resolve('multi:1', linux('riscv64')), (error) =>
    isEngineError(error, 'images.platform-missing'),
  );
});

test('chosen platforms load alone, under the ID of the whole', async () => {
  await using fixture = await loaded('s390x');
  const image = await fixture.images.resolve('multi:1');
  assert.equal(image.id, indexDigest);
  assert.equal(image.platform.architecture, 's390x');
  const { Manifests } = await fixture.images.inspect('multi:1', { manifests: true });
  assert.deepEqual(
    Manifests?.map(({ Available }) => Available),
    [false, false, true],
  );
  const again = await fixture.images.save(['multi:1']);
  await using other = await ImageFixture.open();
  await other.images.load(again, {}, other.sink);
  assert.equal((await other.images.resolve('multi:1')).id, indexDigest);
  await assert.rejects(loaded('riscv64'), {
    code: 'images.archive-platform-missing',
    message: /the specified platform \(linux\/riscv64\): it has images for linux\/\w+, /,
  });
});

test('one platform is saved as an image of its own, removed alone, and leaves the others', async () => {
  await using fixture = await loaded();
  const arm = await fixture.images.resolve('multi:1', linux('arm64'));
  await using other = await ImageFixture.open();
  const stream = await fixture.images.save(['multi:1'], { platforms: [linux('arm64')] });
  await other.images.load(stream, {}, other.sink);
  assert.equal((await other.images.resolve('multi:1')).id, arm.manifest.digest);

  const removed = await fixture.images.remove('multi:1', { platforms: [linux('arm64')] });
  assert.deepEqual(removed, [{ Deleted: arm.manifest.digest }]);
  await assert.rejects(fixture.images.resolve('multi:1', linux('arm64')));
  assert.equal(await fileOf(fixture, 's390x'), 's390x');
  assert.equal((await fixture.images.resolve('multi:1')).id, indexDigest);
});
