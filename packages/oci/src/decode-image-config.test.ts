import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImageConfig } from './decode-image-config.ts';
import { DecodeError } from './decode-json.ts';
import { decodeIndex, decodeManifest } from './decode-manifest.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const rootfs = { type: 'layers', diff_ids: [digest] };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const config = (more: object) =>
  decodeImageConfig(bytes({ os: 'linux', architecture: 'amd64', rootfs, ...more }));

test('a configuration as Docker writes it is read, nulls and unknown fields dropped', () => {
  const read = config({
    created: '2024-01-02T03:04:05.678901234Z',
    variant: '',
    container_config: { Cmd: null },
    docker_version: '20.10',
    config: {
      Cmd: ['sh'],
      Entrypoint: null,
      Volumes: { '/data': {} },
      ExposedPorts: null,
      Image: 'x',
    },
    history: [{ created_by: 'a' }, { empty_layer: true, comment: 'b' }],
  });
  assert.deepEqual(read, {
    created: '2024-01-02T03:04:05.678901234Z',
    config: { Cmd: ['sh'], Volumes: { '/data': {} } },
    os: 'linux',
    architecture: 'amd64',
    rootfs,
    history: [{ created_by: 'a' }, { comment: 'b', empty_layer: true }],
  });
});

test('an image without layers is an image', () => {
  assert.deepEqual(config({ rootfs: { type: 'layers', diff_ids: null } }).rootfs.diff_ids, []);
});

const wrong: Readonly<Record<string, object>> = {
  'rootfs.type': { rootfs: { type: 'tree', diff_ids: [] } },
  'rootfs must be': { rootfs: null },
  'is not a digest': { rootfs: { type: 'layers', diff_ids: ['md5:1'] } },
  'max depth exceeded': { rootfs: { type: 'layers', diff_ids: Array(128).fill(digest) } },
  'config.Env[0] must be a string': { config: { Env: [1] } },
  'config.User must be a string': { config: { User: {} } },
  'config.Volumes must be an object': { config: { Volumes: ['/data'] } },
  'config.Labels.a must be a string': { config: { Labels: { a: 1 } } },
  'config.Healthcheck.Retries must be a whole number': {
    config: { Healthcheck: { Retries: 1.5 } },
  },
  'not an RFC 3339 time': { created: 'yesterday' },
  'history must be a list': { history: {} },
  'more than 10000 entries': { config: { Env: Array(10_001).fill('A=1') } },
  'config.User is too long': { config: { User: 'x'.repeat(2 << 20) } },
};

for (const [reason, more] of Object.entries(wrong)) {
  test(`a configuration is refused: ${reason}`, () => {
    assert.throws(
      () => config(more),
      (error) => error instanceof DecodeError && error.message.includes(reason),
    );
  });
}

test('a key named __proto__ stays a key', () => {
  const data = `{"os":"linux","architecture":"amd64","rootfs":${JSON.stringify(rootfs)},"config":{"Labels":{"__proto__":"x"}}}`;
  const labels = decodeImageConfig(Buffer.from(data)).config?.Labels;
  assert.deepEqual(Object.keys(labels ?? {}), ['__proto__']);
  assert.equal(({} as { x?: string }).x, undefined);
});

test('manifests and indexes cannot be taken for each other', () => {
  const descriptor = { mediaType: 'a/b', digest, size: 3 };
  const manifest = { schemaVersion: 2, config: descriptor, layers: [descriptor] };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor, platform: { os: 'linux', architecture: 'amd64' } }],
  };
  assert.equal(decodeManifest(bytes(manifest)).layers.length, 1);
  assert.equal(decodeIndex(bytes(index)).manifests[0]?.platform?.os, 'linux');
  assert.throws(() => decodeManifest(bytes({ ...manifest, ...index })), DecodeError);
  assert.throws(() => decodeIndex(bytes({ ...manifest, ...index })), DecodeError);
  assert.throws(() => decodeManifest(bytes({ ...manifest, schemaVersion: 1 })), DecodeError);
  assert.throws(
    () => decodeManifest(bytes({ ...manifest, config: { ...descriptor, size: -1 } })),
    DecodeError,
  );
  assert.throws(() => decodeIndex(Buffer.from([0xff, 0xfe])), DecodeError);
});
