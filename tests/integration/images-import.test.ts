import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isEngineError } from '@berth/errors';
import { ImageFixture } from './images-fixture.ts';

let folder: string;
let tar: Buffer;

/** A stream of its own copy: the service may hand the memory on to a worker. */
function stream(data: Buffer): Readable {
  return Readable.from([Buffer.from(data)]);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-import-'));
  await mkdir(join(folder, 'tree/etc'), { recursive: true });
  await writeFile(join(folder, 'tree/etc/hostname'), 'imported\n');
  tar = execFileSync('tar', ['-C', join(folder, 'tree'), '-c', '.']);
});
after(() => rm(folder, { recursive: true }));

for (const driver of ['overlay2', 'vfs']) {
  test(`an imported tar becomes a container's root file system (${driver})`, async () => {
    await using fixture = await ImageFixture.open({ driver });
    const id = await fixture.images.import(
      { source: stream(tar), reference: 'mine:1' },
      fixture.sink,
    );
    assert.deepEqual(fixture.progress, [{ status: id }]);
    const image = await fixture.images.resolve('mine:1');
    assert.equal(image.id, id);
    await fixture.storage.createContainer('c1', image.chain);
    const root = await fixture.storage.mount('c1');
    assert.equal(await readFile(join(root, 'etc/hostname'), 'utf8'), 'imported\n');
    await fixture.storage.removeContainer('c1');
  });
}

test('the layer is kept as it came, whatever its compression, and gives the same files', async () => {
  await using fixture = await ImageFixture.open();
  const sources = { plain: tar, gzip: gzipSync(tar), zstd: zstdCompressSync(tar) };
  const chains = new Set<string>();
  for (const [name, source] of Object.entries(sources)) {
    await fixture.images.import({ source: stream(source), reference: name }, fixture.sink);
    const { manifest, chain } = await fixture.images.resolve(name);
    chains.add(chain.join());
    const { layers } = JSON.parse(String(await fixture.content.readAll(manifest.digest)));
    assert.deepEqual(await fixture.content.readAll(layers[0].digest), source);
  }
  assert.equal(chains.size, 1);
});

test('change instructions, message and platform show in inspect and history', async () => {
  await using fixture = await ImageFixture.open();
  await fixture.images.import(
    {
      source: stream(tar),
      reference: 'changed',
      message: 'a message',
      platform: 'linux/arm64/v8',
      changes: ['ENV A=1', 'CMD echo $A', 'ENTRYPOINT ["/bin/e"]', 'LABEL a.b="c d"'],
    },
    fixture.sink,
  );
  const image = await fixture.images.inspect('changed');
  assert.deepEqual(image.Config?.Cmd, ['/bin/sh', '-c', 'echo $A']);
  assert.deepEqual(image.Config?.Entrypoint, ['/bin/e']);
  assert.deepEqual(image.Config?.Env, ['A=1']);
  assert.deepEqual(image.Config?.Labels, { 'a.b': 'c d' });
  assert.equal(image.Architecture, 'arm64');
  assert.equal(image.Comment, 'a message');
  assert.ok(image.GraphDriver?.Data.UpperDir ?? image.GraphDriver?.Data.LowerDir);
  const [step] = await fixture.images.history('changed');
  assert.equal(step?.Comment, 'a message');
  assert.deepEqual(step?.Tags, ['changed:latest']);
});

test('what cannot be imported is refused and leaves nothing', async () => {
  await using fixture = await ImageFixture.open();
  const before = await fixture.contents();
  const refuse = async (code: string, request: object) => {
    const source = stream(tar);
    await assert.rejects(
      fixture.images.import({ source, ...request }, fixture.sink),
      (error) => isEngineError(error) && error.code === code,
      code,
    );
  };
  await refuse('images.invalid-change', { changes: ['RUN rm -rf /'] });
  await refuse('images.invalid-reference', { reference: 'UPPER' });
  await refuse('images.invalid-platform', { platform: 'linux/*' });
  await refuse('images.empty-import', { source: Readable.from([]) });
  await refuse('snapshots.invalid-archive', { source: Readable.from([Buffer.alloc(4096, 7)]) });
  await refuse('snapshots.invalid-archive', { source: stream(tar.subarray(0, 1100)) });
  const broken = new Readable({ read() {} });
  setImmediate(() => broken.destroy(new Error('client went away')));
  await assert.rejects(fixture.images.import({ source: broken }, fixture.sink));
  assert.deepEqual(await fixture.contents(), before);
});

test('the store is an image layout that skopeo reads', async (t) => {
  const run = promisify(execFile);
  const skopeo = await run('skopeo', ['--version']).catch(() => undefined);
  if (skopeo === undefined) return t.skip('install skopeo to run this test');
  await using fixture = await ImageFixture.open();
  await fixture.images.import({ source: stream(tar), reference: 'mine:1' }, fixture.sink);
  const layout = `oci:${fixture.content.root}:mine:1`;
  const { stdout } = await run('skopeo', ['inspect', '--no-tags', layout]).catch(() =>
    run('skopeo', ['inspect', layout]),
  );
  const { Layers } = JSON.parse(stdout);
  assert.equal(Layers.length, 1);
});
