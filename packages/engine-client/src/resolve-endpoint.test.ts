import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { sshArguments } from './dial-ssh.ts';
import { parseEngineHost, type SshAddress } from './engine-host.ts';
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
    () => parseEngineHost('npipe:////./pipe/x', false),
    (error) => isEngineError(error, 'client.transport-not-implemented'),
  );
});

test('hosts behind ssh', () => {
  const ssh = (hostname: string, rest: object = {}) => ({
    ...{ kind: 'ssh', user: undefined, hostname, port: undefined, socketPath: undefined, ...rest },
  });
  const parse = (host: string) => parseEngineHost(host, false);
  assert.deepEqual(parse('ssh://box'), ssh('box'));
  assert.deepEqual(parse('ssh://me@box/'), ssh('box', { user: 'me' }));
  assert.deepEqual(
    parse('ssh://me@[::1]:22/run/x.sock'),
    ssh('::1', { user: 'me', port: 22, socketPath: '/run/x.sock' }),
  );
  for (const host of ['ssh://', 'ssh://me:secret@box', 'ssh://-oProxyCommand=x', 'ssh://-l@box']) {
    assert.throws(
      () => parse(host),
      (error) => isEngineError(error, 'client.bad-ssh-host'),
    );
  }
  assert.throws(
    () => parse('ssh://box?x=1'),
    (error) => isEngineError(error, 'client.bad-ssh-host'),
  );
});

test('what ssh is asked to run: the socket is quoted for the shell on the other side', () => {
  const address = parseEngineHost("ssh://me@box:2222/it's.sock", false) as SshAddress;
  const args = sshArguments(address);
  assert.deepEqual(args.slice(0, -1), [
    ...['-o', 'ConnectTimeout=30', '-T', '-l', 'me', '-p', '2222', '--', 'box'],
  ]);
  assert.match(
    args.at(-1) ?? '',
    /exec berth --host 'unix:\/\/\/it'\\''s\.sock' system dial-stdio/,
  );
});
