import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { parseReference } from '@berth/oci';
import type { RegistryConfiguration } from '@berth/registry-client';
import { type CertificateFiles, TestAuthority, TestProxy, TestRegistry } from '@berth/testing';
import { pushTestImage, randomBlob, referenceAt, testClient } from './registry-fixture.ts';

/** Hosts that only the proxy knows; the port in the name is the registry's. */
let authority: TestAuthority;
let proxy: TestProxy;
let folder: string;
const routes = new Map<string, number>();

before(async () => {
  authority = await TestAuthority.create('Berth Test CA');
  proxy = await TestProxy.start({
    route: (target) => routes.get(target),
    login: { user: 'proxy user', password: 'p@ss' },
  });
});

after(async () => {
  await proxy?.[Symbol.asyncDispose]();
  authority?.[Symbol.dispose]();
});

beforeEach((t) => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-test-certs-'));
  routes.clear();
  proxy.requests.length = 0;
  (t as { after(action: () => void): void }).after(() => rmSync(folder, { recursive: true }));
});

async function registryAt(host: string, tls?: CertificateFiles, clientCa?: string) {
  const registry = await TestRegistry.start({
    ...(tls && { tls }),
    ...(clientCa !== undefined && { clientCa }),
  });
  routes.set(host, registry.port);
  return registry;
}

function client(configuration: Partial<RegistryConfiguration> = {}) {
  const { port } = proxy;
  const address = `http://proxy%20user:p%40ss@127.0.0.1:${port}`;
  return testClient({
    proxy: { httpProxy: address, httpsProxy: address, noProxy: '' },
    certificateFolders: [folder],
    ...configuration,
  });
}

/** Puts files into the folder of a host. */
function install(host: string, files: Readonly<Record<string, string>>): string {
  const target = path.join(folder, host);
  mkdirSync(target, { recursive: true });
  for (const [name, from] of Object.entries(files)) cpSync(from, path.join(target, name));
  return target;
}

test('an unknown authority is named, and trusted once its certificate is in certs.d', async () => {
  const cert = await authority.issue({ hosts: ['registry.test', 'also.test'] });
  await using _ = await registryAt('registry.test:5000', cert);
  await using registry = client();
  const repository = registry.repository(referenceAt('registry.test:5000', 'a/b'), {
    access: 'push',
  });
  await assert.rejects(repository.manifest('1'), {
    code: 'registry.tls',
    message:
      'Get "https://registry.test:5000/v2/a/b/manifests/1": tls: failed to verify certificate: ' +
      'x509: certificate signed by unknown authority (the certificate is for registry.test, ' +
      'also.test, issued by "Berth Test CA"). To trust it, put the authority\'s certificate into ' +
      `${folder}/registry.test:5000/ca.crt`,
  });
  install('registry.test:5000', { 'ca.crt': authority.ca });
  await pushTestImage(repository, '1', [randomBlob(1000)]);
  assert.equal((await repository.manifest('1')).endpoint, 'registry.test:5000');
  assert.ok(proxy.requests.includes('CONNECT registry.test:5000'));
});

test('wrong names, missing names and ended certificates are explained', async () => {
  const cases: [string, CertificateFiles, RegExp][] = [
    [
      'wrong.test',
      await authority.issue({ hosts: ['other.test', '10.1.2.3'] }),
      /x509: certificate is valid for other\.test, 10\.1\.2\.3, not wrong\.test\. Use one of these/,
    ],
    [
      'unnamed.test',
      await authority.issue({ hosts: [], commonName: 'unnamed.test' }),
      /x509: certificate relies on legacy Common Name field, use SANs instead \(its common name "unnamed\.test" does not count\)/,
    ],
    [
      'ended.test',
      await authority.issue({ hosts: ['ended.test'], days: -1 }),
      /x509: certificate has expired or is not yet valid: it ended at Feb {2}1 00:00:00 2020 GMT/,
    ],
  ];
  for (const [host, cert, message] of cases) {
    await using _ = await registryAt(`${host}:443`, cert);
    install(host, { 'ca.crt': authority.ca });
    await using registry = client();
    const repository = registry.repository(referenceAt(host, 'a/b'));
    await assert.rejects(repository.manifest('1'), { code: 'registry.tls', message });
  }
});

test('a certificate that was looked at before is explained again', async () => {
  // A direct connection, whose handshake the next one could resume; 0.0.0.0 is this host, and no loopback by name.
  const cert = await authority.issue({ hosts: ['other.test'] });
  await using server = await TestRegistry.start({ tls: cert });
  const host = `0.0.0.0:${server.port}`;
  install(host, { 'ca.crt': authority.ca });
  await using registry = client({ proxy: { httpProxy: '', httpsProxy: '', noProxy: '' } });
  const repository = registry.repository(referenceAt(host, 'a/b'));
  const message = /x509: certificate is valid for other\.test, not 0\.0\.0\.0\. Use one of these/;
  for (const _attempt of [1, 2, 3]) {
    await assert.rejects(repository.manifest('1'), { code: 'registry.tls', message });
  }
});

test('client certificates are used, and missed by name', async () => {
  const cert = await authority.issue({ hosts: ['mutual.test'] });
  await using _ = await registryAt('mutual.test:5000', cert, authority.ca);
  const target = install('mutual.test:5000', { 'ca.crt': authority.ca });
  await using registry = client();
  const repository = registry.repository(referenceAt('mutual.test:5000', 'a/b'));
  const where = `${folder}/mutual.test:5000/client.cert`;
  await assert.rejects(repository.manifest('1'), (error: Error) => {
    assert.match(error.message, /remote error: tls: (bad certificate|certificate required)/);
    assert.ok(error.message.includes(where), error.message);
    return true;
  });
  const own = await authority.issue({ hosts: [], commonName: 'me', client: true });
  cpSync(own.cert, path.join(target, 'client.cert'));
  await assert.rejects(repository.manifest('1'), {
    code: 'registry.certificates',
    message: `${target}: missing key client.key for client certificate client.cert. CA certificates must use the extension .crt`,
  });
  cpSync(own.key, path.join(target, 'client.key'));
  await assert.rejects(repository.manifest('1'), { code: 'registry.manifest-unknown' });
});

test('a registry without TLS is refused, unless it is listed as insecure', async () => {
  await using _ = await registryAt('plain.test:5000');
  const reference = referenceAt('plain.test:5000', 'a/b');
  {
    await using registry = client();
    await assert.rejects(registry.repository(reference).manifest('1'), {
      code: 'registry.plain-http',
      message: /http: server gave HTTP response to HTTPS client \(.* "insecure-registries"\)/,
    });
  }
  await using registry = client({ insecure: ['plain.test:5000'] });
  await pushTestImage(registry.repository(reference, { access: 'push' }), '1', [randomBlob(10)]);
  assert.ok(proxy.requests.some((line) => line.startsWith('PUT http://plain.test:5000/')));
});

test('an insecure registry with an unknown certificate is accepted', async () => {
  const cert = await authority.issue({ hosts: [] });
  await using _ = await registryAt('10.20.30.40:5000', cert);
  const reference = referenceAt('10.20.30.40:5000', 'a/b');
  await using registry = client({ insecure: ['10.20.0.0/16'] });
  await assert.rejects(registry.repository(reference).manifest('1'), {
    code: 'registry.manifest-unknown',
  });
});

test('mirrors are asked first and take no credentials; hosts.toml names them too', async () => {
  const cert = await authority.issue({ hosts: ['up.test', 'mirror.test'] });
  await using upstream = await TestRegistry.start({ tls: cert, users: { bob: 'secret' } });
  await using mirror = await TestRegistry.start({ tls: cert });
  routes.set('up.test:443', upstream.port).set('mirror.test:443', mirror.port);
  const layer = randomBlob(100);
  const auth = { username: 'bob', password: 'secret' };
  const reference = referenceAt('up.test', 'a/b');
  for (const host of ['up.test', 'mirror.test']) install(host, { 'ca.crt': authority.ca });
  const settings = { 'up.test': { mirrors: ['https://mirror.test'] } };

  await using registry = client({ registries: settings });
  const pusher = registry.repository(reference, { auth, access: 'push' });
  const manifest = await pushTestImage(pusher, '1', [layer]);
  const reader = registry.repository(reference, { auth });
  assert.equal((await reader.manifest('1')).endpoint, 'up.test');
  assert.match(mirror.log, /GET \/v2\/a\/b\/manifests\/1\?ns=up\.test/);
  assert.doesNotMatch(mirror.log, /PUT/);

  const other = registry.repository(referenceAt('mirror.test', 'a/b'), { access: 'push' });
  await pushTestImage(other, '1', [layer]);
  assert.equal((await reader.manifest('1')).endpoint, 'mirror.test');

  const toml = `server = "https://up.test"\n[host."https://mirror.test"]\ncapabilities = ["pull"]\n`;
  writeFileSync(path.join(folder, 'up.test', 'hosts.toml'), toml);
  await using plain = client();
  const byToml = plain.repository(reference, { auth });
  const { descriptor } = await byToml.manifest('1');
  assert.equal((await byToml.manifest(descriptor.digest)).endpoint, 'mirror.test');
  assert.deepEqual((await byToml.manifest(descriptor.digest)).bytes, manifest);
  writeFileSync(path.join(folder, 'up.test', 'hosts.toml'), 'server = 3');
  await assert.rejects(byToml.manifest('1'), {
    code: 'registry.hosts-file',
    message: `${folder}/up.test/hosts.toml: server must be text`,
  });
});

test('mirrors of Docker Hub are asked in order; without one the registry itself is', async () => {
  const cert = await authority.issue({ hosts: ['second.test'] });
  await using mirror = await registryAt('second.test:443', cert);
  install('second.test', { 'ca.crt': authority.ca });
  await using registry = client({ mirrors: ['https://first.test', 'https://second.test'] });
  const direct = registry.repository(referenceAt('second.test', 'library/x'), { access: 'push' });
  await pushTestImage(direct, '1', [randomBlob(10)]);
  const auth = { username: 'bob', password: 'secret' };
  const repository = registry.repository(parseReference('x'), { auth });
  assert.equal((await repository.manifest('1')).endpoint, 'second.test');
  assert.doesNotMatch(mirror.log, /auth\.user\.name/);
  await assert.rejects(repository.manifest('none'), (error: Error) => {
    assert.match(error.message, /registry-1\.docker\.io/, 'what the registry itself said');
    return true;
  });
  const asked = proxy.requests.filter((line) => line.startsWith('CONNECT'));
  assert.deepEqual(
    [...new Set(asked)],
    ['CONNECT second.test:443', 'CONNECT first.test:443', 'CONNECT registry-1.docker.io:443'],
  );
});

test('a proxy that refuses is named without its password', async () => {
  await using registry = client();
  const repository = registry.repository(referenceAt('nowhere.test', 'a/b'));
  await assert.rejects(repository.manifest('1'), (error: Error) => {
    assert.match(error.message, /proxy http:\/\/127\.0\.0\.1:\d+: .*502/);
    assert.doesNotMatch(error.message, /p@ss|p%40ss/);
    return true;
  });
});

test('hosts of NO_PROXY are reached directly', async () => {
  const refused = { httpProxy: 'http://127.0.0.1:1', httpsProxy: 'http://127.0.0.1:1' };
  await using registry = testClient({ proxy: { ...refused, noProxy: '.direct.invalid' } });
  const direct = registry.repository(referenceAt('x.direct.invalid', 'a/b'));
  await assert.rejects(direct.manifest('1'), { code: 'registry.unreachable' });
  const proxied = registry.repository(referenceAt('other.invalid', 'a/b'));
  await assert.rejects(proxied.manifest('1'), { code: 'registry.proxy' });
});
