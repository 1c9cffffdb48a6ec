import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  eventually,
  runCommand,
  TestAuthority,
  TestDaemon,
  TestRegistry,
  TokenServer,
} from '@berth/testing';
import {
  pushTestImage,
  randomBlob,
  referenceAt,
  testClient,
} from '../integration/registry-fixture.ts';

/** An address of the daemon's namespace that is not loopback, so that TLS is verified. */
const address = '10.99.7.1';

let daemon: TestDaemon;
let authority: TestAuthority;
let plain: TestRegistry;
let basic: TestRegistry;
let secure: TestRegistry;
let tokens: TokenServer;
let guarded: TestRegistry;
let folder: string;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-registry-client-'));
  authority = await TestAuthority.create('Berth Test CA');
  tokens = await TokenServer.start({ users: { bob: 'secret' } });
  const tls = await authority.issue({ hosts: [address] });
  [plain, basic, secure, guarded, daemon] = await Promise.all([
    TestRegistry.start(),
    TestRegistry.start({ users: { bob: 'secret' } }),
    TestRegistry.start({ tls }),
    TestRegistry.start({ tokens }),
    TestDaemon.start({ busybox: false, config: configuration() }),
  ]);
  for (const each of [plain, basic, secure, guarded, tokens]) {
    await each.exposeTo(daemon.namespacePid);
  }
  const enter = [`--net=/proc/${daemon.namespacePid}/ns/net`];
  await runCommand('nsenter', [...enter, 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo']);
});

after(async () => {
  for (const each of [daemon, plain, basic, secure, guarded, tokens]) {
    await each?.[Symbol.asyncDispose]();
  }
  authority?.[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function configuration(more: object = {}): object {
  return { 'registry-certs-dirs': [path.join(folder, 'certs.d')], ...more };
}

/** The stock client with a configuration folder of the test's own. */
async function docker(args: readonly string[], input = '') {
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return runCommand('docker', ['--config', home, '-H', daemon.host, ...args], { input });
}

const config = () => JSON.parse(readFileSync(path.join(folder, 'home', 'config.json'), 'utf8'));
const loginArguments = (host: string) => ['login', '-u', 'bob', '--password-stdin', host];

test('login and logout with basic authentication and with tokens', async () => {
  for (const { host } of [basic, guarded]) {
    const good = await docker(loginArguments(host), 'secret');
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stdout, /^Login Succeeded$/m);
  }
  const { auths } = config();
  assert.equal(auths[basic.host].auth, Buffer.from('bob:secret').toString('base64'));
  assert.match(auths[guarded.host].identitytoken, /^[0-9a-f-]{36}$/);
  const again = await docker(['login', basic.host]);
  assert.equal(again.code, 0, again.stderr);
  for (const { host } of [basic, guarded]) {
    assert.match((await docker(['logout', host])).stdout, /^Removing login credentials for/);
  }
  assert.deepEqual(config().auths, {});
});

test('a wrong password is refused with the texts of Docker', async () => {
  const wrong = await docker(loginArguments(basic.host), 'wrong');
  assert.notEqual(wrong.code, 0);
  assert.match(
    wrong.stderr,
    new RegExp(`login attempt to http://${basic.host}/v2/ failed with status: 401 Unauthorized`),
  );
  const refused = await docker(loginArguments(guarded.host), 'wrong');
  assert.match(
    refused.stderr,
    new RegExp(`Get "http://${guarded.host}/v2/": unauthorized: incorrect username or password`),
  );
  const nobody = await docker(loginArguments('127.0.0.1:1'), 'x');
  assert.match(nobody.stderr, /Get "http:\/\/127\.0\.0\.1:1\/v2\/": dial tcp .*connection refused/);
});

test('an unknown authority is explained, and trusted when its certificate is in place', async () => {
  const host = `${address}:${secure.port}`;
  const unknown = await docker(loginArguments(host), 'any');
  const target = path.join(folder, 'certs.d', host);
  assert.match(unknown.stderr, /x509: certificate signed by unknown authority/);
  assert.match(unknown.stderr, new RegExp(`the certificate is for ${address}, issued by`));
  assert.ok(unknown.stderr.includes(`put the authority's certificate into ${target}/ca.crt`));
  mkdirSync(target, { recursive: true });
  cpSync(authority.ca, path.join(target, 'ca.crt'));
  const trusted = await docker(loginArguments(host), 'any');
  assert.equal(trusted.code, 0, trusted.stderr);
});

test('insecure registries are taken over on SIGHUP and shown by info', async () => {
  const host = `${address}:${plain.port}`;
  const refused = await docker(loginArguments(host), 'any');
  assert.match(refused.stderr, /http: server gave HTTP response to HTTPS client/);
  daemon.writeConfig(
    configuration({
      'insecure-registries': [host, '10.98.0.0/16'],
      'registry-mirrors': ['https://mirror.invalid'],
      proxies: { 'http-proxy': 'http://me:secret@proxy.invalid:3128', 'no-proxy': '*' },
    }),
  );
  process.kill(daemon.pid, 'SIGHUP');
  await eventually(async () => (await docker(loginArguments(host), 'any')).code === 0);
  const info = JSON.parse((await docker(['info', '--format', '{{json .}}'])).stdout);
  const { InsecureRegistryCIDRs, IndexConfigs, Mirrors } = info.RegistryConfig;
  assert.deepEqual(InsecureRegistryCIDRs, ['::1/128', '127.0.0.0/8', '10.98.0.0/16']);
  assert.equal(IndexConfigs[host].Secure, false);
  assert.deepEqual(Mirrors, ['https://mirror.invalid/']);
  assert.equal(info.HttpProxy, 'http://xxxxx:xxxxx@proxy.invalid:3128');
  assert.doesNotMatch(JSON.stringify(info), /me:secret/);
});

test('search goes over the catalog of a registry that has no search', async () => {
  await using client = testClient();
  for (const name of ['tools/hammer', 'tools/saw', 'other']) {
    const repository = client.repository(referenceAt(plain.host, name), { access: 'push' });
    await pushTestImage(repository, '1', [randomBlob(10)]);
  }
  const found = await docker(['search', '--format', '{{.Name}}', `${plain.host}/tools`]);
  assert.equal(found.stdout, 'tools/hammer\ntools/saw\n', found.stderr);
  const one = await docker([
    'search',
    '--limit',
    '1',
    '--format',
    '{{.Name}}',
    `${plain.host}/too`,
  ]);
  assert.equal(one.stdout, 'tools/hammer\n');
  const none = await docker([
    'search',
    '-f',
    'stars=1',
    '--format',
    '{{.Name}}',
    `${plain.host}/t`,
  ]);
  assert.equal(none.stdout, '');
  const limit = await docker(['search', '--limit', '200', `${plain.host}/tools`]);
  assert.match(limit.stderr, /limit 200 is outside the range of \[1, 100\]/i);
  const filter = await docker(['search', '-f', 'colour=red', `${plain.host}/tools`]);
  assert.match(filter.stderr, /invalid filter 'colour'/i);
});

test('distribution says what a registry has, with the login of the header', async () => {
  await using client = testClient();
  const auth = { username: 'bob', password: 'secret' };
  const reference = referenceAt(guarded.host, 'private/app');
  const repository = client.repository(reference, { auth, access: 'push' });
  await pushTestImage(repository, '1', [randomBlob(10)]);
  const { digest, size, mediaType } = await repository.resolve('1');
  const ask = async (headers: readonly string[]) => {
    const url = `http://d/v1.51/distribution/${guarded.host}/private/app:1/json`;
    const args = ['-s', '-w', ' %{http_code}', '--unix-socket', daemon.socket, ...headers, url];
    return (await runCommand('curl', args)).stdout;
  };
  const login = Buffer.from(JSON.stringify(auth)).toString('base64url');
  const answer = await ask(['-H', `X-Registry-Auth: ${login}`]);
  assert.match(answer, / 200$/);
  const { Descriptor, Platforms } = JSON.parse(answer.replace(/ 200$/, ''));
  assert.deepEqual(Descriptor, { mediaType, digest, size });
  assert.deepEqual(Platforms, [{ os: 'linux', architecture: 'amd64' }]);
  assert.match(await ask([]), / 200$/, 'anybody may pull here');
  const missing = await runCommand('curl', [
    ...['-s', '--unix-socket', daemon.socket],
    `http://d/v1.51/distribution/${plain.host}/no/such:1/json`,
  ]);
  assert.match(missing.stdout, /manifest unknown: manifest unknown/);
});
