import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, afterEach, before, test } from 'node:test';
import { type Fault, FaultProxy, TestRegistry } from '@berth/testing';
import {
  digestOf,
  impatient,
  pushTestImage,
  randomBlob,
  referenceAt,
  testClient,
} from './registry-fixture.ts';

let registry: TestRegistry;
let proxy: FaultProxy;
const layer = randomBlob(3 * 1024 * 1024);
const { size, digest } = layer.descriptor;
const blobs = /\/blobs\/sha256:/;
const manifests = /\/manifests\//;

before(async () => {
  registry = await TestRegistry.start();
  proxy = await FaultProxy.start(registry.url);
  await using client = testClient();
  const direct = client.repository(referenceAt(registry.host, 'a/b'), { access: 'push' });
  await pushTestImage(direct, '1', [layer]);
});

afterEach(() => proxy.clear());

after(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

const gets = () => proxy.requests.filter(({ method }) => method === 'GET');

async function download(options = {}) {
  await using client = testClient({}, options);
  const repository = client.repository(referenceAt(proxy.host, 'a/b'));
  const blob = await repository.openBlob(layer.descriptor);
  return await digestOf(blob.body);
}

test('a cut download goes on where it was cut', async () => {
  proxy.inject({ path: blobs, fault: { kind: 'cut', after: 2_000_000 } });
  assert.deepEqual(await download(), { size, digest });
  assert.equal(gets()[1]?.headers.range, `bytes=${gets()[0]?.sentBytes}-`);
  assert.ok(proxy.sentBytes(blobs) < size + 1000, 'nothing is fetched twice');
});

test('a registry that ignores ranges is read again from the start', async () => {
  proxy.inject(
    { path: blobs, fault: { kind: 'cut', after: 1_000_000 } },
    { path: blobs, fault: { kind: 'no-ranges' } },
  );
  assert.deepEqual(await download(), { size, digest });
});

const passing: readonly [string, Fault][] = [
  ['a reset connection', { kind: 'reset' }],
  ['a stalled answer', { kind: 'stall', after: 100_000 }],
  ['an answer that never begins', { kind: 'handler', handle: () => undefined }],
  ['short pieces', { kind: 'chop', size: 50_000 }],
  ['a length that is too large', { kind: 'length', length: size + 10 }],
  ['a length that is too small', { kind: 'length', length: size - 10 }],
  ['status 500', { kind: 'answer', status: 500 }],
  ['status 503 with a page', { kind: 'answer', status: 503, body: '<html>' }],
  ['status 429', { kind: 'answer', status: 429, headers: { 'retry-after': '2' } }],
];

/** Only where nothing comes is it not waited for. */
function optionsFor({ kind }: Fault): object {
  return kind === 'stall' || kind === 'handler' ? impatient : {};
}

for (const [name, fault] of passing) {
  test(`a download survives ${name}`, async () => {
    proxy.inject({ path: blobs, fault });
    assert.deepEqual(await download(optionsFor(fault)), { size, digest });
  });
}

test('Retry-After is what is waited', async () => {
  const waits: number[] = [];
  const pause = async (milliseconds: number) => void waits.push(milliseconds);
  await using client = testClient({}, { pause });
  const headers = { 'retry-after': '7' };
  proxy.inject({ path: manifests, fault: { kind: 'answer', status: 429, headers } });
  await client.repository(referenceAt(proxy.host, 'a/b')).manifest('1');
  assert.deepEqual(waits, [7000]);
});

test('a limit that lasts is told at once', async () => {
  await using client = testClient();
  const body = JSON.stringify({
    errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
  });
  const headers = { 'retry-after': '3600' };
  const fault: Fault = { kind: 'answer', status: 429, headers, body };
  proxy.inject({ path: manifests, times: 100, fault });
  await assert.rejects(client.repository(referenceAt(proxy.host, 'a/b')).manifest('1'), {
    code: 'registry.too-many-requests',
    message: 'toomanyrequests: You have reached your pull rate limit. (try again in 3600 s)',
  });
  assert.equal(gets().length, 1);
});

test('a registry that stays broken is given up, with its status', async () => {
  proxy.inject({ path: blobs, times: 100, fault: { kind: 'answer', status: 502 } });
  await assert.rejects(download(), {
    code: 'registry.server-error',
    message: /received unexpected HTTP status: 502 Bad Gateway$/,
  });
  assert.equal(gets().length, 4);
});

test('a registry that always cuts is given up', async () => {
  proxy.inject({ path: blobs, times: 100, fault: { kind: 'cut', after: 1000 } });
  await assert.rejects(download(), { code: 'registry.connection-lost', message: /unexpected EOF/ });
});

test('more bytes than announced never reach the reader', async () => {
  const body = Buffer.alloc(size + 100);
  proxy.inject({ path: blobs, times: 100, fault: { kind: 'answer', status: 200, body } });
  await assert.rejects(download(), { code: 'registry.size-mismatch' });
});

test('wrong bytes in small documents are noticed and fetched again', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(proxy.host, 'a/b'));
  proxy.inject({ path: manifests, fault: { kind: 'corrupt', at: 20 } });
  const { descriptor } = await repository.manifest('1');
  proxy.inject({ path: manifests, fault: { kind: 'corrupt', at: 20 } });
  assert.deepEqual((await repository.manifest(descriptor.digest)).descriptor, descriptor);
  proxy.inject({ path: manifests, times: 100, fault: { kind: 'corrupt', at: 20 } });
  await assert.rejects(repository.manifest(descriptor.digest), {
    code: 'registry.digest-mismatch',
  });
  proxy.clear();
  proxy.inject({ path: blobs, fault: { kind: 'corrupt', at: 5 } });
  assert.deepEqual(await repository.blob(layer.descriptor), layer.bytes);
});

test('an oversized manifest is refused without reading it all', async () => {
  await using client = testClient();
  const endless: Fault = {
    kind: 'handler',
    handle: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/vnd.oci.image.index.v1+json' });
      const piece = Buffer.alloc(64 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    },
  };
  proxy.inject({ method: 'GET', path: manifests, times: 100, fault: endless });
  await assert.rejects(client.repository(referenceAt(proxy.host, 'a/b')).manifest('1'), {
    code: 'registry.document-too-large',
  });
});

test('a redirect to another host is followed without credentials', async () => {
  await using elsewhere = await FaultProxy.start(registry.url);
  const location = `${elsewhere.url}/v2/a/b/blobs/${digest}`;
  proxy.inject({ path: blobs, fault: { kind: 'answer', status: 307, headers: { location } } });
  const challenge = { 'www-authenticate': 'Basic realm="x"' };
  proxy.inject({ path: manifests, fault: { kind: 'answer', status: 401, headers: challenge } });
  await using client = testClient();
  const auth = { username: 'bob', password: 'secret' };
  const repository = client.repository(referenceAt(proxy.host, 'a/b'), { auth });
  await repository.manifest('1');
  const { body } = await repository.openBlob(layer.descriptor);
  assert.deepEqual(await digestOf(body), { size, digest });
  assert.ok(proxy.requests.some(({ headers }) => headers.authorization?.startsWith('Basic ')));
  assert.equal(elsewhere.requests.length, 1);
  assert.equal(elsewhere.requests[0]?.headers.authorization, undefined);
});

test('redirects in a circle and to other protocols end', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(proxy.host, 'a/b'));
  for (const location of ['', 'file:///etc/passwd']) {
    proxy.clear();
    const headers = { location: location === '' ? `/v2/a/b/manifests/1` : location };
    const fault: Fault = { kind: 'answer', status: 302, headers };
    proxy.inject({ path: manifests, times: 1000, fault });
    await assert.rejects(repository.manifest('1'), { code: 'registry.invalid-answer' });
  }
});

async function upload({ bytes, descriptor }: ReturnType<typeof randomBlob>, options: object) {
  await using client = testClient({}, options);
  const repository = client.repository(referenceAt(proxy.host, 'up'), { access: 'push' });
  const outcome = await repository.uploadBlob(descriptor, (offset) =>
    Readable.from([bytes.subarray(offset)]),
  );
  await using direct = testClient();
  const stored = direct.repository(referenceAt(registry.host, 'up'));
  assert.equal(await stored.hasBlob(descriptor.digest), true);
  return outcome;
}

const failingUploads: readonly [string, number, { method: string; path?: RegExp; fault: Fault }][] =
  [
    ['a reset at the start', 1000, { method: 'POST', fault: { kind: 'reset' } }],
    ['a reset of a small blob', 1000, { method: 'PUT', fault: { kind: 'reset' } }],
    ['a reset of a large blob', 9_000_000, { method: 'PATCH', fault: { kind: 'reset' } }],
    [
      'a lost answer to the last request',
      9_000_000,
      { method: 'PUT', fault: { kind: 'stall', after: 0 } },
    ],
    ['status 500', 9_000_000, { method: 'PATCH', fault: { kind: 'answer', status: 500 } }],
    ['a forgotten upload', 9_000_000, { method: 'PATCH', fault: { kind: 'answer', status: 404 } }],
    [
      'a limit of the body',
      20_000_000,
      { method: 'PATCH', fault: { kind: 'answer', status: 413 } },
    ],
  ];

for (const [name, length, fault] of failingUploads) {
  test(`an upload survives ${name}`, async () => {
    proxy.inject(fault);
    assert.deepEqual(await upload(randomBlob(length), optionsFor(fault.fault)), {
      kind: 'uploaded',
    });
    assert.equal(proxy.pendingFaults, 0);
  });
}

test('a source that fails ends the upload with its error', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(proxy.host, 'up'), { access: 'push' });
  const { descriptor } = randomBlob(5_000_000);
  const failing = () =>
    new Readable({
      read() {
        this.destroy(new Error('the disk is gone'));
      },
    });
  await assert.rejects(repository.uploadBlob(descriptor, failing), /the disk is gone/);
});
