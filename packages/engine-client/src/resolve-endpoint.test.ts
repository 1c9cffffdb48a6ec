import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { parseEngineHost } from './engine-host.ts';
import { type EndpointFlags, resolveEndpoint } from './resolve-endpoint.ts';

describe('which daemon is meant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-endpoint-'));
  after(() => rmSync(folder, { recursive: true }));
  const resolve = (flags: EndpointFlags, environment: NodeJS.ProcessEnv = {}, config = {}) =>
    resolveEndpoint({ flags, environment, configFolder: folder, config });

  test("flags come before the environment, Berth's variable before Docker's", () => {
    const environment = { BERTH_HOST: 'unix:///b', DOCKER_HOST: 'unix:///d' };
    assert.equal(resolve({ host: 'unix:///f' }, environment).host, 'unix:///f');
    assert.equal(resolve({}, environment).host, 'unix:///b');
    assert.equal(resolve({}, { DOCKER_HOST: 'unix:///d' }).host, 'unix:///d');
    assert.equal(resolve({ host: 'box:2375' }).host, 'tcp://box:2375');
    assert.match(resolve({}).host, /^unix:\/\/\/(run\/berth\/berth|var\/run\/docker)\.sock$/);
  });

  test('contexts are found by name and give way to hosts', () => {
    const id = createHash('sha256').update('far').digest('hex');
    mkdirSync(join(folder, 'contexts/meta', id), { recursive: true });
    const metadata = { Name: 'far', Endpoints: { docker: { Host: 'tcp://far:2375' } } };
    writeFileSync(join(folder, 'contexts/meta', id, 'meta.json'), JSON.stringify(metadata));
    assert.deepEqual(resolve({ context: 'far' }), { host: 'tcp://far:2375', context: 'far' });
    assert.equal(resolve({}, { DOCKER_CONTEXT: 'far' }).host, 'tcp://far:2375');
    assert.equal(resolve({}, {}, { currentContext: 'far' }).context, 'far');
    assert.equal(
      resolve({}, { DOCKER_HOST: 'unix:///d' }, { currentContext: 'far' }).host,
      'unix:///d',
    );
    assert.throws(
      () => resolve({ context: 'gone' }),
      (error) => isEngineError(error, 'client.context-not-found'),
    );
    assert.throws(
      () => resolve({ context: 'far', host: 'unix:///x' }),
      /cannot specify both --host and --context/,
    );
  });

  test('TLS takes the certificates of the certificate folder', () => {
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${name}.pem`), name);
    const environment = {
      DOCKER_HOST: 'tcp://box:2376',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: folder,
    };
    assert.deepEqual(resolve({}, environment).tls, {
      verify: true,
      ca: 'ca',
      cert: 'cert',
      key: 'key',
    });
    assert.equal(resolve({ tlsVerify: false }, { DOCKER_HOST: 'tcp://box' }).tls, undefined);
    const missing = { ...environment, DOCKER_CERT_PATH: '/nonexistent' };
    assert.throws(
      () => resolve({}, missing),
      (error) => isEngineError(error, 'client.tls-file'),
    );
  });
});

test('hosts are read', () => {
  const tcp = (hostname: string, port: number, basePath = '') => ({
    kind: 'tcp',
    hostname,
    port,
    basePath,
  });
  assert.deepEqual(parseEngineHost('unix:///a/b', false), { kind: 'unix', path: '/a/b' });
  assert.deepEqual(parseEngineHost('tcp://box', false), tcp('box', 2375));
  assert.deepEqual(parseEngineHost('tcp://box', true), tcp('box', 2376));
  assert.deepEqual(parseEngineHost('tcp://[::1]:99/base/', false), tcp('::1', 99, '/base'));
  assert.deepEqual(parseEngineHost('tcp://:4000', false), tcp('localhost', 4000));
  for (const host of ['box', 'tcp://a:b', 'tcp://a:70000', 'ftp://x']) {
    assert.throws(
      () => parseEngineHost(host, false),
      (error) => isEngineError(error, 'client.bad-host'),
    );
  }
  assert.throws(
    () => parseEngineHost('ssh://me@box', false),
    (error) => isEngineError(error, 'client.transport-not-implemented'),
  );
});
