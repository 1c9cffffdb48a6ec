import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import type { Digest } from '@berth/oci';
import { ImageFixture } from './images-fixture.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-lifecycle-'));
});
after(() => rm(folder, { recursive: true }));

async function importOne(
  fixture: ImageFixture,
  reference: string | undefined,
  options: { text?: string; changes?: string[]; platform?: string } = {},
): Promise<Digest> {
  const { text = reference ?? 'unnamed', ...rest } = options;
  await writeFile(join(folder, 'file'), text);
  const tar = execFileSync('tar', ['--mtime=@0', '-C', folder, '-c', 'file']);
  const named = reference === undefined ? {} : { reference };
  return await fixture.images.import(
    { source: Readable.from([tar]), ...named, ...rest },
    fixture.sink,
  );
}

const failing = (code: string, text?: RegExp) => (error: unknown) => {
  assert.ok(isEngineError(error), String((error as Error).stack));
  assert.equal(error.code, code, error.message);
  if (text !== undefined) assert.match(error.message, text);
  return true;
};

const names = async (fixture: ImageFixture, filters = {}) =>
  (await fixture.images.list({ filters })).flatMap(({ RepoTags, Id }) =>
    RepoTags.length === 0 ? [Id] : RepoTags,
  );

/** Containers that use images, as the containers package would tell. */
function users(...list: [id: Digest, containerId: string, running: boolean, chain: Digest[]][]) {
  return {
    usersOf: (id: Digest) =>
      list.flatMap(([image, containerId, running]) =>
        image === id ? [{ containerId, running }] : [],
      ),
    chainsInUse: () => new Set(list.flatMap(([, , , chain]) => chain)),
  };
}

test('an image is found by every form of its name and ID', async () => {
  await using fixture = await ImageFixture.open();
  const id = await importOne(fixture, 'some/name:1');
  const hex = id.slice(7);
  for (const text of [
    'some/name:1',
    'docker.io/some/name:1',
    'index.docker.io/some/name:1',
    `some/name@${id}`,
    `some/name:other@${id}`,
    id,
    hex,
    hex.slice(0, 12),
    `sha256:${hex.slice(0, 4)}`,
  ]) {
    assert.equal((await fixture.images.resolve(text)).id, id, text);
  }
  for (const text of ['some/name', 'name:1', `other@${id}`, `sha256:${'0'.repeat(64)}`, 'abc']) {
    await assert.rejects(fixture.images.resolve(text), failing('images.not-found'), text);
  }
  await assert.rejects(
    fixture.images.resolve('nothing'),
    failing('images.not-found', /^No such image: nothing:latest$/),
  );
  await assert.rejects(fixture.images.resolve('UPPER'), failing('images.invalid-reference'));
});

test('removing: untag while other names remain, delete with the last one', async () => {
  await using fixture = await ImageFixture.open();
  const empty = await fixture.contents();
  const id = await importOne(fixture, 'one:1');
  await fixture.images.tag('one:1', 'one:2');
  await fixture.images.tag('one:1', 'localhost:5000/other');
  assert.deepEqual(await fixture.images.remove('one:1'), [{ Untagged: 'one:1' }]);
  await assert.rejects(
    fixture.images.remove(id),
    failing(
      'images.conflict',
      new RegExp(
        `^conflict: unable to delete ${id.slice(7, 19)} \\(must be forced\\) - image is referenced in multiple repositories$`,
      ),
    ),
  );
  assert.deepEqual(await fixture.images.remove(id.slice(7, 19), { force: true }), [
    { Untagged: 'one:2' },
    { Untagged: 'localhost:5000/other:latest' },
    { Deleted: id },
  ]);
  assert.deepEqual(await fixture.contents(), empty);
  assert.deepEqual(
    fixture.events.map(({ action, attributes }) => `${action} ${attributes.name}`),
    [
      `import ${id}`,
      'tag one:2',
      'tag localhost:5000/other:latest',
      'untag one:1',
      'untag one:2',
      'untag localhost:5000/other:latest',
      `delete ${id}`,
    ],
  );
});

test('an image in use is kept, with the texts that clients know', async () => {
  await using fixture = await ImageFixture.open();
  const id = await importOne(fixture, 'used');
  const { chain } = await fixture.images.resolve('used');
  const short = id.slice(7, 19);
  const container = 'c'.repeat(64);
  const remove = (name: string, force: boolean) => fixture.images.remove(name, { force });
  fixture.use(users([id, container, true, [...chain]]));
  await assert.rejects(
    remove('used', false),
    failing(
      'images.conflict',
      new RegExp(
        `^conflict: unable to delete used:latest \\(must be forced\\) - container cccccccccccc is using its referenced image ${short}$`,
      ),
    ),
  );
  for (const force of [false, true]) {
    await assert.rejects(
      remove(id, force),
      failing(
        'images.conflict',
        /\(cannot be forced\) - image is being used by running container c{12}$/,
      ),
    );
  }
  assert.deepEqual(await remove('used', true), [{ Untagged: 'used:latest' }]);
  assert.deepEqual(await names(fixture, { dangling: ['true'] }), [id]);
  assert.deepEqual(await fixture.images.prune({}), { deleted: [], spaceReclaimed: 0 });

  fixture.use(users([id, container, false, [...chain]]));
  await assert.rejects(
    remove(id, false),
    failing(
      'images.conflict',
      /\(must be forced\) - image is being used by stopped container c{12}$/,
    ),
  );
  assert.deepEqual(await remove(id, true), [{ Deleted: id }]);
  // The layers stay as long as the container stands on them.
  assert.deepEqual((await fixture.contents()).layers, [...chain]);
  fixture.use(users());
  await fixture.images.reconcile();
  assert.deepEqual(await fixture.contents(), { blobs: [], layers: [], images: 0 });
});

test('prune takes dangling images, or with dangling=false all unused ones', async () => {
  await using fixture = await ImageFixture.open();
  const old = await importOne(fixture, 'app', { text: 'old', changes: ['LABEL keep=no'] });
  await importOne(fixture, 'app', { text: 'new' });
  const kept = await importOne(fixture, undefined, { text: 'kept', changes: ['LABEL keep=yes'] });
  assert.deepEqual((await fixture.images.prune({ 'label!': ['keep=yes'] })).deleted, [
    { Deleted: old },
  ]);
  const { deleted, spaceReclaimed } = await fixture.images.prune({ dangling: ['false'] });
  assert.deepEqual(
    deleted.map((item) => item.Untagged ?? 'Deleted'),
    ['app:latest', 'Deleted', 'Deleted'],
  );
  assert.ok(spaceReclaimed > 10_000);
  assert.ok(deleted.some((item) => item.Deleted === kept));
  await assert.rejects(fixture.images.prune({ before: ['x'] }), failing('images.invalid-filter'));
  await assert.rejects(
    fixture.images.prune({ dangling: ['perhaps'] }),
    failing('images.invalid-filter', /^invalid filter 'dangling=\[perhaps\]'$/),
  );
});

test('lists filter by name, label, age and order; sizes and sharing are true', async () => {
  await using fixture = await ImageFixture.open();
  await importOne(fixture, 'a/first:1', { text: 'same', changes: ['LABEL color=red'] });
  await importOne(fixture, 'b/second:1', { text: 'same', changes: ['LABEL color=blue'] });
  await importOne(fixture, 'third:2', { text: 'another' });
  const listed = (filters: object) => names(fixture, filters);
  assert.deepEqual(await listed({}), ['third:2', 'b/second:1', 'a/first:1']);
  assert.deepEqual(await listed({ reference: ['*/*'] }), ['b/second:1', 'a/first:1']);
  assert.deepEqual(await listed({ reference: ['third', 'a/f*:1'] }), ['third:2', 'a/first:1']);
  assert.deepEqual(await listed({ label: ['color'] }), ['b/second:1', 'a/first:1']);
  assert.deepEqual(await listed({ label: ['color=red'] }), ['a/first:1']);
  assert.deepEqual(await listed({ 'label!': ['color=red'] }), ['third:2', 'b/second:1']);
  assert.deepEqual(await listed({ before: ['b/second:1'] }), ['a/first:1']);
  assert.deepEqual(await listed({ since: ['b/second:1'] }), ['third:2']);
  assert.deepEqual(await listed({ until: ['2024-01-01T00:00:00Z'] }), []);
  assert.equal((await listed({ until: ['2024-01-02'] })).length, 3);
  await assert.rejects(listed({ color: ['red'] }), failing('images.invalid-filter'));

  const sizes = await fixture.images.list({ sharedSize: true });
  assert.ok(sizes.every(({ Size }) => Size > 10_240));
  assert.equal(sizes[0]?.SharedSize, 0);
  assert.ok(sizes[1]!.SharedSize > 0);
  assert.equal(sizes[1]!.SharedSize, sizes[2]!.SharedSize);
  const { totalBytes, reclaimableBytes } = await fixture.images.diskUsage();
  assert.equal(totalBytes, reclaimableBytes);
  assert.ok(totalBytes < sizes.reduce((sum, { Size }) => sum + Size, 0));
});

test('images survive a restart; what nothing refers to is gone after it', async () => {
  const root = await mkdtemp(join(folder, 'root-'));
  let id: Digest;
  {
    await using fixture = await ImageFixture.open({ root });
    id = await importOne(fixture, 'lasting');
    await writeFile(join(root, 'content/ingest/half'), 'half a blob');
    await fixture.content.put(Buffer.from('a blob that nothing refers to'));
    await fixture.storage.createLayer(undefined);
  }
  await using fixture = await ImageFixture.open({ root });
  const image = await fixture.images.resolve('lasting');
  assert.equal(image.id, id);
  assert.equal((await fixture.contents()).blobs.length, 3);
  assert.deepEqual(await readdir(join(root, 'content/ingest')), []);
  const index = JSON.parse(await readFile(join(root, 'content/index.json'), 'utf8'));
  assert.equal(
    index.manifests[0].annotations['org.opencontainers.image.ref.name'],
    'lasting:latest',
  );
});

test('a layer that was lost is unpacked again from its blob', async () => {
  await using fixture = await ImageFixture.open();
  await importOne(fixture, 'lost');
  const { chain } = await fixture.images.resolve('lost');
  await fixture.storage.removeLayer(chain[0]!);
  await fixture.images.resolve('lost');
  assert.equal(await fixture.storage.hasLayer(chain[0]!), true);
});

test('a platform is chosen from an image, or refused by name', async () => {
  await using fixture = await ImageFixture.open();
  await importOne(fixture, 'foreign', { platform: 'linux/s390x' });
  assert.equal((await fixture.images.resolve('foreign')).platform.architecture, 's390x');
  const wanted = { os: 'linux', architecture: 'arm64' };
  await assert.rejects(
    fixture.images.resolve('foreign', wanted),
    failing(
      'images.platform-mismatch',
      /^image with reference foreign was found but does not match the specified platform: wanted linux\/arm64, actual: linux\/s390x$/,
    ),
  );
});
