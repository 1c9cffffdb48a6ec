import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { noXattrs, type TarEntry, type TarEntryType } from '@berth/tar/tar-entry.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';
import { ImageFixture } from './images-fixture.ts';

let folder: string;
let layer: Buffer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-hostile-'));
  await writeFile(join(folder, 'file'), 'text');
  layer = execFileSync('tar', ['-C', folder, '-c', 'file']);
});
after(() => rm(folder, { recursive: true }));

interface Member {
  readonly name: string;
  readonly type?: TarEntryType;
  readonly linkName?: string;
  readonly data?: Buffer;
  /** What the header claims; the data is as long as it is. */
  readonly size?: number;
}

function archive(members: readonly Member[], ended = true): Buffer {
  const parts: Uint8Array[] = [];
  for (const { name, type = 'file', linkName = '', data = Buffer.alloc(0), size } of members) {
    const entry: TarEntry = {
      ...{ type, name, linkName, mode: 0o644, uid: 0, gid: 0, size: size ?? data.length },
      ...{ mtime: [0, 0], atime: undefined, major: 0, minor: 0, xattrs: noXattrs },
      extents: undefined,
    };
    parts.push(encodeEntry(entry), data);
    if (size === undefined) parts.push(Buffer.alloc(paddingAfter(entry)));
  }
  return Buffer.concat(ended ? [...parts, endOfArchive] : parts);
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const hex = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const digest = (data: Buffer) => `sha256:${hex(data)}`;

function config(overrides: object = {}): Buffer {
  const rootfs = { type: 'layers', diff_ids: [digest(layer)] };
  return json({ architecture: 'amd64', os: 'linux', config: {}, rootfs, ...overrides });
}

/** A docker-archive; every part can be replaced. */
function dockerArchive(parts: {
  readonly config?: Buffer;
  readonly layers?: readonly Member[];
  readonly entry?: object;
  readonly more?: readonly Member[];
}): Buffer {
  const data = parts.config ?? config();
  const layers = parts.layers ?? [{ name: 'l/layer.tar', data: layer }];
  const entry = {
    Config: `${hex(data)}.json`,
    RepoTags: ['bad:1'],
    Layers: layers.map(({ name }) => name),
    ...parts.entry,
  };
  return archive([
    ...layers,
    { name: `${hex(data)}.json`, data },
    { name: 'manifest.json', data: json([entry]) },
    ...(parts.more ?? []),
  ]);
}

/** An OCI layout whose manifest descriptor or blobs are wrong in one way. */
function ociLayout(change: {
  readonly layerName?: string;
  readonly descriptor?: object;
  readonly manifest?: object;
  readonly config?: Buffer;
}): Buffer {
  const data = change.config ?? config();
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digest(data),
      size: data.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar',
        digest: digest(layer),
        size: layer.length,
      },
    ],
    ...change.manifest,
  });
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digest(manifest),
    size: manifest.length,
    annotations: { 'io.containerd.image.name': 'docker.io/library/bad:1' },
    ...change.descriptor,
  };
  return archive([
    { name: change.layerName ?? `blobs/sha256/${hex(layer)}`, data: layer },
    { name: `blobs/sha256/${hex(data)}`, data },
    { name: `blobs/sha256/${descriptor.digest.slice(7)}`, data: manifest },
    { name: 'index.json', data: json({ schemaVersion: 2, manifests: [descriptor] }) },
    { name: 'oci-layout', data: json({ imageLayoutVersion: '1.0.0' }) },
  ]);
}

const wrong = `sha256:${'0'.repeat(64)}`;
const manyIds = Array.from({ length: 128 }, () => digest(Buffer.from('x')));

const hostile: Readonly<Record<string, [code: string, make: () => Buffer]>> = {
  'a name that leads outside': [
    'images.invalid-archive',
    () => dockerArchive({ more: [{ name: '../../etc/evil', data: Buffer.from('x') }] }),
  ],
  'a link that leads outside': [
    'images.invalid-archive',
    () =>
      dockerArchive({
        layers: [{ name: 'l/layer.tar', type: 'symlink', linkName: '../../../etc/passwd' }],
      }),
  ],
  'links in a circle': [
    'images.invalid-archive',
    () =>
      dockerArchive({ layers: [{ name: 'l/layer.tar', type: 'symlink', linkName: 'layer.tar' }] }),
  ],
  'manifest.json that points outside': [
    'images.invalid-archive',
    () => dockerArchive({ entry: { Layers: ['../../etc/shadow'] } }),
  ],
  'a layer with an unsafe entry': [
    'snapshots.unsafe-entry',
    () => {
      const data = archive([{ name: '../../../tmp/berth-escaped', data: Buffer.from('x') }]);
      const diff = { rootfs: { type: 'layers', diff_ids: [digest(data)] } };
      return dockerArchive({ config: config(diff), layers: [{ name: 'l/layer.tar', data }] });
    },
  ],
  'a wrong diff ID': [
    'images.layer-mismatch',
    () => dockerArchive({ config: config({ rootfs: { type: 'layers', diff_ids: [wrong] } }) }),
  ],
  'a missing layer': [
    'images.invalid-archive',
    () => dockerArchive({ entry: { Layers: ['gone/layer.tar'] } }),
  ],
  'a missing configuration': [
    'images.invalid-archive',
    () => dockerArchive({ entry: { Config: 'gone.json' } }),
  ],
  'a configuration under the name of another': [
    'content.digest-mismatch',
    () =>
      dockerArchive({
        entry: { Config: `${'0'.repeat(64)}.json` },
        more: [{ name: `${'0'.repeat(64)}.json`, data: config() }],
      }),
  ],
  'fewer layers than the configuration tells': [
    'images.invalid-archive',
    () => dockerArchive({ entry: { Layers: [] } }),
  ],
  'more layers than can be stacked': [
    'images.invalid-config',
    () => dockerArchive({ config: config({ rootfs: { type: 'layers', diff_ids: manyIds } }) }),
  ],
  'a configuration of wrong types': [
    'images.invalid-config',
    () => dockerArchive({ config: config({ config: { Env: 'PATH=/', User: 7 } }) }),
  ],
  'an image name that is none': [
    'images.invalid-archive',
    () => dockerArchive({ entry: { RepoTags: ['../../UPPER:tag'] } }),
  ],
  'a manifest.json of wrong types': [
    'images.invalid-archive',
    () => archive([{ name: 'manifest.json', data: json({ Config: 1 }) }]),
  ],
  'a huge manifest.json': [
    'images.invalid-archive',
    () => archive([{ name: 'manifest.json', data: Buffer.alloc(5 << 20, '[') }]),
  ],
  'a header that claims 1 GB': [
    'images.invalid-archive',
    () => archive([{ name: 'manifest.json', data: Buffer.from('[{'), size: 1 << 30 }], false),
  ],
  'a long name that claims 1 GB': [
    'images.invalid-archive',
    () => {
      const data = archive([{ name: 'x', size: 1 << 30 }], false);
      data[156] = 'L'.charCodeAt(0);
      data.fill(' ', 148, 156);
      const sum = data.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      data.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return data;
    },
  ],
  'a blob with a wrong digest in its name': [
    'content.digest-mismatch',
    () => {
      const other = Buffer.from(layer);
      other[1000] = 1;
      const data = config();
      return Buffer.concat([
        archive([{ name: `blobs/sha256/${hex(layer)}`, data: other }], false),
        ociLayout({ layerName: 'unused', config: data }),
      ]);
    },
  ],
  'a manifest with a wrong digest': [
    'content.digest-mismatch',
    () => ociLayout({ descriptor: { digest: wrong } }),
  ],
  'an index.json with an unknown type': [
    'images.invalid-archive',
    () => ociLayout({ descriptor: { mediaType: 'text/plain' } }),
  ],
  'a manifest that is an index as well': [
    'images.invalid-manifest',
    () => ociLayout({ manifest: { manifests: [] } }),
  ],
  'a layer that is missing from a layout': [
    'images.invalid-archive',
    () => ociLayout({ layerName: 'elsewhere' }),
  ],
  'a tar that is no image': [
    'images.not-an-archive',
    () => archive([{ name: 'etc/passwd', data: Buffer.from('root:x:0:0') }]),
  ],
  'nothing at all': ['images.not-an-archive', () => Buffer.alloc(0)],
  noise: ['images.invalid-archive', () => Buffer.alloc(20_000, 'noise!')],
  'an archive that is cut off': [
    'images.invalid-archive',
    () => dockerArchive({}).subarray(0, layer.length),
  ],
};

for (const [name, [code, make]] of Object.entries(hostile)) {
  test(`${name} is refused and leaves nothing`, async () => {
    await using fixture = await ImageFixture.open();
    const before = await fixture.contents();
    const load = fixture.images.load(Readable.from([make()]), {}, fixture.sink);
    await assert.rejects(load, (error) => {
      assert.ok(isEngineError(error), String((error as Error).stack));
      assert.equal(error.code, code, error.message);
      return true;
    });
    assert.deepEqual(await fixture.contents(), before);
    assert.deepEqual(await readdir(join(fixture.content.root, 'ingest')), []);
    assert.equal(existsSync('/tmp/berth-escaped'), false);
    assert.deepEqual(fixture.events, []);
  });
}

test('the archives of this file are refused for what is wrong with them only', async () => {
  await using fixture = await ImageFixture.open();
  for (const data of [dockerArchive({}), ociLayout({})]) {
    await fixture.images.load(Readable.from([data]), { quiet: true }, fixture.sink);
  }
  assert.equal((await fixture.images.inspect('bad:1')).RootFS?.Layers?.[0], digest(layer));
});

test('one bad image spoils the load of all', async () => {
  await using fixture = await ImageFixture.open();
  const before = await fixture.contents();
  const good = { Config: `${hex(config())}.json`, RepoTags: ['good:1'], Layers: ['l/layer.tar'] };
  const data = archive([
    { name: 'l/layer.tar', data: layer },
    { name: good.Config, data: config() },
    { name: 'manifest.json', data: json([good, { ...good, Layers: ['gone'] }]) },
  ]);
  await assert.rejects(fixture.images.load(Readable.from([data]), {}, fixture.sink));
  assert.deepEqual(await fixture.contents(), before);
});

test('a client that goes away in the middle leaves nothing', async () => {
  await using fixture = await ImageFixture.open();
  const before = await fixture.contents();
  const data = dockerArchive({});
  const source = Readable.from(
    (async function* () {
      yield data.subarray(0, 3000);
      throw new Error('connection reset');
    })(),
  );
  await assert.rejects(fixture.images.load(source, {}, fixture.sink), /connection reset/);
  const abort = new AbortController();
  const endless = new Readable({ read() {} });
  endless.push(data.subarray(0, 3000));
  setTimeout(() => abort.abort(), 50);
  await assert.rejects(
    fixture.images.load(endless, { signal: abort.signal }, fixture.sink),
    (error) => isEngineError(error, 'common.cancelled'),
  );
  assert.deepEqual(await fixture.contents(), before);
});
