import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { parseReference, sha256Of } from '@berth/oci';
import { FakeRegistry, fakeClient, sendJson } from '../testsuite/fake-registry.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const image = Buffer.from('{"schemaVersion":2}');
const imageType = 'application/vnd.oci.image.manifest.v1+json';

test('pages are followed on the same host only, and a circle ends', async () => {
  await using registry = await FakeRegistry.start(({ path }, response) => {
    const last = new URL(path, 'http://x').searchParams.get('last');
    const tags = last === null ? ['a', 'b'] : ['c', 'not a tag!'];
    const link = last === 'b' ? `</v2/a/b/tags/list?last=b>; rel="next"` : '<?last=b>; rel="next"';
    sendJson(response, 200, { name: 'a/b', tags }, { Link: link });
  });
  await using client = fakeClient();
  const repository = client.repository(registry.reference());
  assert.deepEqual(await collect(repository.tags()), ['a', 'b', 'c']);
  registry.handler = (_, response) =>
    sendJson(response, 200, { tags: ['x'] }, { Link: '<https://evil.test/tags>; rel=next' });
  assert.deepEqual(await collect(repository.tags()), ['x']);
});

test('referrers come from the API, filtered here when the registry did not', async () => {
  const digest = sha256Of('subject');
  const entry = (artifactType: string) => ({
    ...{ mediaType: imageType, digest: sha256Of(artifactType), size: 1 },
    artifactType,
  });
  await using registry = await FakeRegistry.start((_, response) =>
    sendJson(response, 200, { schemaVersion: 2, manifests: [entry('a/a'), entry('b/b')] }),
  );
  await using client = fakeClient();
  const repository = client.repository(registry.reference());
  const found = await repository.referrers(digest, { artifactType: 'b/b' });
  assert.deepEqual(found, [entry('b/b')]);
  assert.ok(registry.lines.includes(`GET /v2/a/b/referrers/${digest}?artifactType=b%2Fb`));
});

test('an interrupted upload goes on where the registry stands', async () => {
  const blob = Buffer.alloc(9_000_000, 7);
  const descriptor = { mediaType: 'x/y', digest: sha256Of(blob), size: blob.length };
  let stored: Buffer = Buffer.alloc(0);
  await using registry = await FakeRegistry.start(
    ({ method, path, body, headers }, response, message) => {
      const location = `/v2/a/b/blobs/uploads/1?at=${stored.length}`;
      const range = stored.length === 0 ? '0-0' : `0-${stored.length - 1}`;
      if (method === 'HEAD') response.writeHead(404).end();
      else if (method === 'POST') response.writeHead(202, { Location: location }).end();
      else if (method === 'GET')
        response.writeHead(204, { Location: location, Range: range }).end();
      else if (method === 'PATCH' && stored.length === 0) {
        assert.equal(headers['content-range'], `0-${blob.length - 1}`);
        stored = body.subarray(0, 5_000_000);
        message.socket.resetAndDestroy();
      } else if (method === 'PATCH') {
        stored = Buffer.concat([stored, body]);
        const headers = {
          Location: `${registry.url}/next?state=%2F`,
          Range: `0-${stored.length - 1}`,
        };
        response.writeHead(202, headers).end();
      } else {
        assert.equal(path, `/next?state=%2F&digest=${encodeURIComponent(descriptor.digest)}`);
        response.writeHead(201).end();
      }
    },
  );
  await using client = fakeClient();
  const offsets: number[] = [];
  const sent: number[] = [];
  const repository = client.repository(registry.reference(), { access: 'push' });
  const source = (offset: number) => {
    offsets.push(offset);
    return Readable.from([blob.subarray(offset)]);
  };
  await repository.uploadBlob(descriptor, source, { onProgress: (bytes) => sent.push(bytes) });
  assert.deepEqual(offsets, [0, 5_000_000]);
  assert.ok(stored.equals(blob));
  assert.equal(sent.at(-1), blob.length);
});

test('credentials stay with the registry when an upload leads elsewhere', async () => {
  const descriptor = { mediaType: 'x/y', digest: sha256Of('blob'), size: 4 };
  await using storage = await FakeRegistry.start((_, response) => response.writeHead(201).end());
  await using registry = await FakeRegistry.start(({ method, headers }, response) => {
    if (headers.authorization === undefined) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end();
    } else if (method === 'HEAD') response.writeHead(404).end();
    else response.writeHead(202, { Location: `${storage.url}/put?signature=s` }).end();
  });
  await using client = fakeClient();
  const auth = { username: 'bob', password: 'secret' };
  const repository = client.repository(registry.reference(), { auth, access: 'push' });
  await repository.uploadBlob(descriptor, () => Readable.from([Buffer.from('blob')]));
  assert.equal(registry.requests.at(-1)?.headers.authorization, `Basic ${btoa('bob:secret')}`);
  assert.deepEqual(
    storage.requests.map(({ headers }) => headers.authorization),
    [undefined],
  );
  assert.equal(storage.requests[0]?.body.toString(), 'blob');
});

/** A registry that wants tokens of itself. */
async function tokenRegistry(token: (count: number) => object) {
  let count = 0;
  const registry = await FakeRegistry.start(({ path, method, headers }, response) => {
    if (path.startsWith('/token')) {
      if (method === 'GET') return sendJson(response, 405, {});
      count += 1;
      return sendJson(response, 200, token(count));
    }
    const valid = headers.authorization === `Bearer token-${count}` && count > 0;
    if (!valid) {
      const challenge = `Bearer realm="${registry.url}/token",service="s",error="invalid_token"`;
      return sendJson(response, 401, {}, { 'WWW-Authenticate': challenge });
    }
    response.writeHead(200, { 'Content-Type': imageType, 'Content-Length': image.length });
    response.end(image);
  });
  return registry;
}

test('tokens are shared, renewed in time, and got by POST where there is no GET', async () => {
  await using registry = await tokenRegistry((count) => ({
    access_token: `token-${count}`,
    expires_in: 100,
  }));
  let now = 1_000_000;
  await using client = fakeClient({}, () => now);
  const auth = { username: 'bob', password: 'secret' };
  const repository = client.repository(registry.reference(), { auth });
  await Promise.all([repository.manifest('1'), repository.manifest('2')]);
  const posts = () => registry.lines.filter((line) => line === 'POST /token').length;
  assert.equal(posts(), 1, 'two who need a token at the same time share it');
  now += 85_000;
  await repository.manifest('1');
  assert.equal(posts(), 1);
  now += 10_000;
  await repository.manifest('1');
  assert.equal(posts(), 2, 'renewed before it ends');
  const form = new URLSearchParams(
    registry.requests.find(({ method }) => method === 'POST')?.body.toString(),
  );
  assert.equal(form.get('grant_type'), 'password');
  assert.equal(form.get('scope'), 'repository:a/b:pull');
});

test('a login asks for no repository, whatever was asked before', async () => {
  await using registry = await FakeRegistry.start(({ path, headers }, response) => {
    if (path.startsWith('/token')) return sendJson(response, 200, { token: 't' });
    if (headers.authorization !== undefined) return response.writeHead(200).end('{}');
    const scope = path === '/v2/' ? '' : ',scope="repository:a/b:pull"';
    const challenge = `Bearer realm="${registry.url}/token",service="s"${scope}`;
    sendJson(response, 401, {}, { 'WWW-Authenticate': challenge });
  });
  await using client = fakeClient();
  await client.repository(registry.reference()).manifest('1');
  const login = { username: 'bob', password: 'secret', serverAddress: registry.host };
  assert.deepEqual(await client.login(login), { status: 'Login Succeeded', identityToken: '' });
  const asked = registry.lines.filter((line) => line.includes('/token'));
  assert.deepEqual(asked, [
    'GET /token?service=s&scope=repository%3Aa%2Fb%3Apull',
    'GET /token?service=s&account=bob&offline_token=true&client_id=berth',
  ]);
});

test('a token that is refused is replaced once', async () => {
  await using registry = await tokenRegistry(() => ({ token: 'wrong' }));
  await using client = fakeClient();
  const auth = { username: 'bob', password: 'secret' };
  const repository = client.repository(registry.reference(), { auth });
  await assert.rejects(repository.manifest('1'), { code: 'registry.unauthorized' });
  assert.ok(registry.requests.length < 8, registry.lines.join('\n'));
});

test('a manifest that says to be two things at once is what its header says', async () => {
  await using registry = await FakeRegistry.start((_, response) => {
    response.writeHead(200, { 'Content-Type': `${imageType}; charset=utf-8` });
    response.end('{"mediaType":"application/vnd.oci.image.index.v1+json"}');
  });
  await using client = fakeClient();
  const { descriptor } = await client.repository(registry.reference()).manifest('1');
  assert.equal(descriptor.mediaType, imageType);
});

test('HEAD without a digest is followed by GET', async () => {
  await using registry = await FakeRegistry.start(({ method }, response) => {
    response.writeHead(200, { 'Content-Type': imageType, 'Content-Length': image.length });
    response.end(method === 'HEAD' ? undefined : image);
  });
  await using client = fakeClient();
  const descriptor = await client.repository(registry.reference()).resolve('1');
  assert.deepEqual(descriptor, {
    mediaType: imageType,
    digest: sha256Of(image),
    size: image.length,
  });
});

test('texts of a host that the registry led to are not shown', async () => {
  await using inner = await FakeRegistry.start((_, response) =>
    sendJson(response, 403, { message: 'internal metadata' }),
  );
  await using registry = await FakeRegistry.start((_, response) =>
    response.writeHead(307, { Location: `${inner.url}/secret` }).end(),
  );
  await using client = fakeClient();
  await assert.rejects(client.repository(registry.reference()).manifest('1'), (error: Error) => {
    assert.doesNotMatch(error.message, /metadata/);
    return true;
  });
});

test('a connection that the server closed meanwhile is replaced', async () => {
  await using registry = await FakeRegistry.start((_, response) => {
    response.writeHead(200, { 'Content-Type': imageType, 'Content-Length': image.length });
    response.end(image, () => setImmediate(() => response.socket?.destroy()));
  });
  await using client = fakeClient({ downloadAttempts: 1 });
  const repository = client.repository(registry.reference());
  for (let count = 0; count < 5; count++) await repository.manifest('1');
});

test('a registry is asked with at most 16 requests of a kind at a time', async () => {
  let left = 60;
  let most = 0;
  const waiting: (() => void)[] = [];
  const answerAll = () => {
    left -= waiting.length;
    for (const answer of waiting.splice(0)) answer();
  };
  await using registry = await FakeRegistry.start((_, response) => {
    waiting.push(() => {
      response.writeHead(200, { 'Content-Type': imageType, 'Content-Length': image.length });
      response.end(image);
    });
    most = Math.max(most, waiting.length);
    // A while later, so that one too many would be seen.
    if (waiting.length === Math.min(16, left)) setTimeout(answerAll, 20);
  });
  await using client = fakeClient();
  const repository = client.repository(registry.reference());
  await Promise.all(Array.from({ length: left }, (_, index) => repository.manifest(`${index}`)));
  assert.equal(most, 16);
});

test('a server that accepts and says nothing is given up when the connection takes too long', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets: Socket[] = [];
  silent.on('connection', (socket: Socket) => sockets.push(socket));
  const { port } = silent.address() as { port: number };
  try {
    await using client = fakeClient({ downloadAttempts: 1 }, Date.now, { connect: 100 });
    const repository = client.repository(parseReference(`127.0.0.1:${port}/a/b`));
    await assert.rejects(repository.manifest('1'), {
      code: 'registry.timeout',
      message: `Get "https://127.0.0.1:${port}/v2/a/b/manifests/1": no connection within 0.1 s`,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});
