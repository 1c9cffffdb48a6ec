import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { sha256Of } from '@berth/oci';
import { TestRegistry, TokenServer } from '@berth/testing';
import {
  collect,
  digestOf,
  pushTestImage,
  randomBlob,
  referenceAt,
  testClient,
} from './registry-fixture.ts';

let plain: TestRegistry;
let basic: TestRegistry;
let tokens: TokenServer;
let guarded: TestRegistry;
const bob = { username: 'bob', password: 'secret' };

before(async () => {
  const grant = (user: string | undefined, repository: string) => {
    if (user !== undefined) return ['pull', 'push', 'delete', '*'];
    return repository.startsWith('open/') ? ['pull'] : [];
  };
  tokens = await TokenServer.start({ users: { bob: 'secret' }, grant });
  [plain, basic, guarded] = await Promise.all([
    TestRegistry.start(),
    TestRegistry.start({ users: { bob: 'secret' } }),
    TestRegistry.start({ tokens }),
  ]);
});

after(async () => {
  for (const each of [plain, basic, guarded, tokens]) await each?.[Symbol.asyncDispose]();
});

test('what is pushed comes back byte for byte', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'a/b'), { access: 'push' });
  const small = randomBlob(100);
  const large = randomBlob(6 * 1024 * 1024);
  const manifest = await pushTestImage(repository, '1', [small, large]);

  const resolved = await repository.resolve('1');
  assert.equal(resolved.digest, sha256Of(manifest));
  assert.equal(resolved.size, manifest.length);
  const read = await repository.manifest(resolved.digest);
  assert.deepEqual(read.bytes, manifest);
  assert.equal(read.endpoint, plain.host);

  assert.deepEqual(await repository.blob(small.descriptor), small.bytes);
  const { body } = await repository.openBlob(large.descriptor);
  const { digest, size } = large.descriptor;
  assert.deepEqual(await digestOf(body), { digest, size });
  const { body: rest } = await repository.openBlob(large.descriptor, { offset: 1_000_000 });
  const expected = large.bytes.subarray(1_000_000);
  assert.deepEqual(await digestOf(rest), { digest: sha256Of(expected), size: expected.length });
});

test('an upload finds what is there, mounts what is elsewhere, and sends the rest', async () => {
  await using client = testClient();
  const first = client.repository(referenceAt(plain.host, 'mount/first'), { access: 'push' });
  const second = client.repository(referenceAt(plain.host, 'mount/second'), { access: 'push' });
  const { bytes, descriptor } = randomBlob(5000);
  const source = (offset: number) => Readable.from([bytes.subarray(offset)]);
  assert.deepEqual(await first.uploadBlob(descriptor, source), { kind: 'uploaded' });
  assert.deepEqual(await first.uploadBlob(descriptor, source), { kind: 'exists' });
  const mounted = await second.uploadBlob(descriptor, source, {
    mountFrom: [referenceAt(plain.host, 'no/such'), first.reference],
  });
  assert.deepEqual(mounted, { kind: 'mounted', from: first.reference });
  assert.equal(await second.hasBlob(descriptor.digest), true);
  assert.equal(await second.hasBlob(randomBlob(10).descriptor.digest), false);
});

test('tags and repositories are listed over several pages', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'pages'), { access: 'push' });
  const layers = [randomBlob(10)];
  for (const tag of ['a', 'b', 'c', 'd', 'e']) await pushTestImage(repository, tag, layers);
  const tags = await collect(repository.tags({ pageSize: 2 }));
  assert.deepEqual(tags.sort(), ['a', 'b', 'c', 'd', 'e']);
  assert.ok((await collect(client.catalog(plain.host))).includes('pages'));
  const found = await client.search(`${plain.host}/page`);
  assert.deepEqual(
    found.map(({ name }) => name),
    ['pages'],
  );
});

test('a manifest is deleted by its digest, and unknown ones are named', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'gone'), { access: 'delete' });
  await pushTestImage(repository, '1', [randomBlob(10)]);
  const { digest } = await repository.resolve('1');
  await repository.deleteManifest(digest);
  await assert.rejects(repository.manifest('1'), {
    code: 'registry.manifest-unknown',
    message: `manifest for ${plain.host}/gone:1 not found: manifest unknown: manifest unknown`,
  });
  await assert.rejects(repository.openBlob(randomBlob(10).descriptor), {
    code: 'registry.blob-unknown',
  });
});

test('referrers are found by the fallback tag of registries without the API', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'referred'), { access: 'push' });
  await pushTestImage(repository, '1', [randomBlob(10)]);
  const { digest } = await repository.resolve('1');
  assert.deepEqual(await repository.referrers(digest), []);
  const type = 'application/vnd.oci.image.index.v1+json';
  const signature = await repository.resolve('1');
  const entry = { ...signature, artifactType: 'application/x.signature' };
  const index = { schemaVersion: 2, mediaType: type, manifests: [entry] };
  const tag = digest.replace(':', '-');
  await repository.putManifest(tag, type, Buffer.from(JSON.stringify(index)));
  assert.deepEqual(await repository.referrers(digest), [entry]);
  assert.deepEqual(await repository.referrers(digest, { artifactType: 'other' }), []);
});

test('basic authentication: used when asked for, and missed by name', async () => {
  await using client = testClient();
  const reference = referenceAt(basic.host, 'a/b');
  await assert.rejects(client.repository(reference).manifest('1'), {
    message: `Get "http://${basic.host}/v2/a/b/manifests/1": no basic auth credentials`,
  });
  const repository = client.repository(reference, { auth: bob, access: 'push' });
  await pushTestImage(repository, '1', [randomBlob(10)]);
  const wrong = client.repository(reference, { auth: { ...bob, password: 'no' } });
  await assert.rejects(wrong.manifest('1'), { code: 'registry.unauthorized' });
});

test('tokens: anonymous, by password, by identity token, and denied', async () => {
  await using client = testClient();
  const reference = referenceAt(guarded.host, 'private/app');
  const denied =
    `pull access denied for ${guarded.host}/private/app, repository does not exist or may require ` +
    `'docker login': denied: requested access to the resource is denied`;
  await assert.rejects(client.repository(reference).manifest('1'), { message: denied });
  const repository = client.repository(reference, { auth: bob, access: 'push' });
  await pushTestImage(repository, '1', [randomBlob(6 * 1024 * 1024)]);
  const before = tokens.requests.length;
  await repository.resolve('1');
  await repository.manifest('1');
  assert.equal(tokens.requests.length, before, 'tokens are kept');

  const login = await client.login({ ...bob, serverAddress: guarded.host });
  assert.equal(login.status, 'Login Succeeded');
  assert.notEqual(login.identityToken, '');
  const { identityToken } = login;
  const known = client.repository(reference, { auth: { identityToken } });
  assert.equal((await known.resolve('1')).digest, (await repository.resolve('1')).digest);
  assert.equal(tokens.requests.at(-1)?.parameters.get('grant_type'), 'refresh_token');

  const open = client.repository(referenceAt(guarded.host, 'open/app'));
  await assert.rejects(open.manifest('1'), { code: 'registry.manifest-unknown' });
  const pusher = client.repository(referenceAt(guarded.host, 'open/app'), { access: 'push' });
  await assert.rejects(pusher.putManifest('1', 'application/json', Buffer.from('{}')), {
    code: 'registry.denied',
    message: 'denied: requested access to the resource is denied',
  });
});

test('logins are checked, with the texts of Docker', async () => {
  await using client = testClient();
  const wrong = { username: 'bob', password: 'no' };
  await assert.rejects(client.login({ ...wrong, serverAddress: basic.host }), {
    kind: 'unauthorized',
    message: `login attempt to http://${basic.host}/v2/ failed with status: 401 Unauthorized`,
  });
  await assert.rejects(client.login({ ...wrong, serverAddress: guarded.host }), {
    kind: 'unauthorized',
    message: `Get "http://${guarded.host}/v2/": unauthorized: incorrect username or password`,
  });
  const good = await client.login({ ...bob, serverAddress: basic.host });
  assert.deepEqual(good, { status: 'Login Succeeded', identityToken: '' });
  await assert.rejects(client.login({ ...bob, serverAddress: '127.0.0.1:1' }), (error) => {
    assert.ok(isEngineError(error, 'registry.unreachable'));
    assert.equal(
      error.message,
      'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    );
    return true;
  });
  assert.deepEqual(await client.ping(basic.host), { endpoint: `http://${basic.host}` });
});

test('an aborted call ends with the reason of its signal', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'a/b'));
  const reason = new Error('the client is gone');
  await assert.rejects(repository.manifest('1', { signal: AbortSignal.abort(reason) }), reason);
});
