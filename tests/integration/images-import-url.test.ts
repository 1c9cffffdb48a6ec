import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { ImageFixture } from './images-fixture.ts';
import { plainConfiguration, testClient } from './registry-fixture.ts';

/** An archive with nothing in it is a root file system with nothing in it. */
const tar = Buffer.alloc(10_240);

interface Site extends AsyncDisposable {
  readonly host: string;
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
}

async function site(answer: RequestListener): Promise<Site> {
  const asked: Site['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ host, asked },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openFixture(): Promise<ImageFixture> {
  return ImageFixture.open({ registry: testClient(plainConfiguration) });
}

test('a tar is fetched from its URL, over a redirect, with progress and without showing the password', async () => {
  await using fixture = await openFixture();
  await using server = await site(({ url }, response) => {
    if (url === '/latest.tar') response.writeHead(302, { location: '/real.tar' }).end();
    else response.writeHead(200, { 'content-length': tar.length }).end(tar);
  });
  const source = new URL(`http://me:secret@${server.host}/latest.tar`);
  const id = await fixture.images.import({ source, reference: 'fetched' }, fixture.sink);
  assert.deepEqual(
    server.asked.map(({ path }) => path),
    ['/latest.tar', '/real.tar'],
  );
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  assert.equal(server.asked[0]?.authorization, basic);
  const [first] = fixture.progress;
  assert.deepEqual(first, { status: `Downloading from http://${server.host}/latest.tar` });
  assert.ok(
    fixture.progress.some(
      ({ status, progressDetail }) =>
        status === 'Importing' && progressDetail?.current === tar.length,
    ),
  );
  assert.equal(fixture.progress.at(-1)?.status, id);
  assert.equal((await fixture.images.resolve('fetched')).id, id);
});

test('what a server refuses, breaks off or does not have is told, and nothing stays', async () => {
  await using fixture = await openFixture();
  const before = await fixture.contents();
  await using server = await site(({ url }, response) => {
    if (url === '/cut.tar') {
      response.writeHead(200, { 'content-length': 5 * tar.length }).write(tar);
      setTimeout(() => response.destroy(), 50);
    } else response.writeHead(url === '/secret.tar' ? 403 : 404).end(' no\u001b[2J such file\n');
  });
  const refused = async (path: string, code: string, text: RegExp) => {
    const source = new URL(`http://${server.host}${path}`);
    await assert.rejects(fixture.images.import({ source }, fixture.sink), (error) => {
      assert.ok(isEngineError(error));
      assert.equal(error.code, code);
      assert.match(error.message, text);
      return true;
    });
  };
  await refused(
    '/none.tar',
    'registry.file-missing',
    /^failed to GET http:\/\/127.* with status 404 Not Found: no \[2J such file$/,
  );
  await refused('/secret.tar', 'registry.file-denied', /with status 403 Forbidden/);
  assert.deepEqual(fixture.progress, []);
  await refused('/cut.tar', 'registry.connection-lost', /unexpected EOF/);
  assert.deepEqual(await fixture.contents(), before);
});

test('a server that is not there is named', async () => {
  await using fixture = await openFixture();
  const source = new URL('http://127.0.0.1:1/root.tar');
  await assert.rejects(
    fixture.images.import({ source }, fixture.sink),
    (error) =>
      isEngineError(error) && /^Get "http:\/\/127.0.0.1:1\/root.tar": dial tcp/.test(error.message),
  );
});
