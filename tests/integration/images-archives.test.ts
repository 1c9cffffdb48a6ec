import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isEngineError } from '@berth/errors';
import { ImageFixture } from './images-fixture.ts';

const run = promisify(execFile);
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-archives-'));
});
after(() => rm(folder, { recursive: true }));

/** The tar of a tree with one file. */
async function layerTar(name: string, text: string): Promise<Buffer> {
  const tree = await mkdtemp(join(folder, 'tree-'));
  await writeFile(join(tree, name), text);
  return execFileSync('tar', ['-C', tree, '-c', name]);
}

async function importOne(fixture: ImageFixture, reference: string, text = reference) {
  const tar = await layerTar('file', text);
  return await fixture.images.import(
    { source: Readable.from([Buffer.from(tar)]), reference, changes: ['LABEL is=kept'] },
    fixture.sink,
  );
}

async function saved(fixture: ImageFixture, ...names: string[]): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'saved-')), 'image.tar');
  await pipeline(await fixture.images.save(names), createWriteStream(path));
  return path;
}

/** The image IDs and names of a service, comparable. */
async function listing(fixture: ImageFixture): Promise<string[]> {
  const images = await fixture.images.list({});
  return images.map(({ Id, RepoTags }) => `${Id} ${RepoTags.join()}`).sort();
}

const lines = (fixture: ImageFixture) =>
  fixture.progress.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));

for (const driver of ['overlay2', 'vfs']) {
  test(`what is saved loads elsewhere with the same ID and the same files (${driver})`, async () => {
    await using first = await ImageFixture.open({ driver });
    await importOne(first, 'one:1');
    await first.images.tag('one:1', 'registry.example:5000/one:copy');
    await importOne(first, 'two');
    const archive = await saved(first, 'one:1', 'registry.example:5000/one', 'two');

    await using second = await ImageFixture.open({ driver });
    await second.images.load(createReadStream(archive), { quiet: true }, second.sink);
    assert.deepEqual(await listing(second), await listing(first));
    assert.deepEqual(lines(second), [
      'Loaded image: one:1\n',
      'Loaded image: registry.example:5000/one:copy\n',
      'Loaded image: two:latest\n',
    ]);
    const image = await second.images.resolve('two');
    await second.storage.createContainer('c', image.chain);
    const root = await second.storage.mount('c');
    assert.equal(await readFile(join(root, 'file'), 'utf8'), 'two');
    await second.storage.removeContainer('c');
    assert.deepEqual(
      await readFile(await saved(second, 'two')),
      await readFile(await saved(first, 'two')),
    );
  });
}

test('archives load compressed as a whole with gzip and zstd', async () => {
  await using first = await ImageFixture.open();
  const id = await importOne(first, 'packed');
  const plain = await readFile(await saved(first, 'packed'));
  for (const data of [gzipSync(plain), zstdCompressSync(plain)]) {
    await using second = await ImageFixture.open();
    await second.images.load(Readable.from([data]), {}, second.sink);
    assert.equal((await second.images.resolve('packed')).id, id);
    await assert.rejects(
      second.images.load(Readable.from([data.subarray(0, data.length - 20)]), {}, second.sink),
      (error) => isEngineError(error, 'images.invalid-archive'),
    );
  }
});

test('an image saved by ID loads without a name; a name already in use moves', async () => {
  await using fixture = await ImageFixture.open();
  const id = await importOne(fixture, 'moving', 'old');
  const unnamed = await saved(fixture, id);
  const named = await saved(fixture, 'moving');
  const newer = await importOne(fixture, 'moving', 'new');
  await fixture.images.load(createReadStream(named), { quiet: true }, fixture.sink);
  assert.equal((await fixture.images.resolve('moving')).id, id);
  assert.deepEqual(lines(fixture), [
    `The image moving:latest already exists, renaming the old one with ID ${newer} to empty string\n`,
    'Loaded image: moving:latest\n',
  ]);
  assert.deepEqual((await fixture.images.inspect(newer)).RepoTags, []);

  await using other = await ImageFixture.open();
  await other.images.load(createReadStream(unnamed), { quiet: true }, other.sink);
  assert.deepEqual(lines(other), [`Loaded image ID: ${id}\n`]);
  assert.deepEqual(
    other.events.map(({ action, actorId }) => [action, actorId]),
    [['load', id]],
  );
});

test('a docker-archive of skopeo loads, also with layers linked to each other', async (t) => {
  const skopeo = await run('skopeo', ['--version']).catch(() => undefined);
  if (skopeo === undefined) return t.skip('install skopeo to run this test');
  await using first = await ImageFixture.open();
  await importOne(first, 'original:1');
  const path = join(folder, 'skopeo.tar');
  await run('skopeo', [
    'copy',
    `oci:${first.content.root}:original:1`,
    `docker-archive:${path}:from/skopeo:2`,
  ]);
  await using second = await ImageFixture.open();
  await second.images.load(createReadStream(path), { quiet: true }, second.sink);
  const image = await second.images.resolve('from/skopeo:2');
  const original = await first.images.resolve('original:1');
  assert.deepEqual(image.chain, original.chain);
  assert.deepEqual(image.config.config?.Labels, { is: 'kept' });
  // The same archive gives the same image, whatever is in the store already.
  await second.images.load(createReadStream(path), { quiet: true }, second.sink);
  assert.equal((await second.images.resolve('from/skopeo:2')).id, image.id);

  const unpacked = await mkdtemp(join(folder, 'unpacked-'));
  execFileSync('tar', ['-C', unpacked, '-xf', path]);
  const layer = (await readdir(unpacked)).find((name) => /^[0-9a-f]{64}\.tar$/.test(name))!;
  const manifest = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8'));
  await mkdir(join(unpacked, 'linked'));
  await symlink(`../${layer}`, join(unpacked, 'linked/layer.tar'));
  manifest[0].Layers = ['linked/layer.tar'];
  await writeFile(join(unpacked, 'manifest.json'), JSON.stringify(manifest));
  const linked = execFileSync('tar', ['-C', unpacked, '-c', '.']);
  await using third = await ImageFixture.open();
  await third.images.load(Readable.from([Buffer.from(linked)]), { quiet: true }, third.sink);
  assert.equal((await third.images.resolve('from/skopeo:2')).id, image.id);
});

test('skopeo reads what is saved, as OCI layout and as docker-archive', async (t) => {
  const skopeo = await run('skopeo', ['--version']).catch(() => undefined);
  if (skopeo === undefined) return t.skip('install skopeo to run this test');
  await using fixture = await ImageFixture.open();
  const id = await importOne(fixture, 'readable:1');
  const archive = await saved(fixture, 'readable:1');
  for (const source of [`docker-archive:${archive}:readable:1`, `oci-archive:${archive}:1`]) {
    const { stdout } = await run('skopeo', ['inspect', '--config', source]);
    assert.deepEqual(JSON.parse(stdout).config.Labels, { is: 'kept' });
  }
  const { stdout } = await run('skopeo', ['inspect', '--raw', `oci-archive:${archive}:1`]);
  const { digest } = (await fixture.images.resolve('readable:1')).manifest;
  assert.equal(digest, id);
  assert.ok(JSON.parse(stdout).layers);
});

test('loads of the same archive at once share their layers and all succeed', async () => {
  await using first = await ImageFixture.open();
  const id = await importOne(first, 'shared');
  const archive = await saved(first, 'shared');
  await using second = await ImageFixture.open();
  const loads = Array.from({ length: 8 }, () =>
    second.images.load(createReadStream(archive), { quiet: true }, second.sink),
  );
  await Promise.all([...loads, second.images.prune({}), second.images.reconcile()]);
  assert.deepEqual(await listing(second), [`${id} shared:latest`]);
  assert.equal((await second.contents()).layers.length, 1);
  assert.deepEqual(await readdir(join(second.content.root, 'ingest')), []);
});
