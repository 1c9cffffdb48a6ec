import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, test } from 'node:test';
import { type Descriptor, mediaTypes, sha256Of } from '@berth/oci';
import type { RemoteRepository } from '@berth/registry-client';
import { runCommand, TestDaemon, TestRegistry, TokenServer } from '@berth/testing';
import {
  pushTestImage,
  randomBlob,
  referenceAt,
  testClient,
} from '../integration/registry-fixture.ts';

const launcher = path.resolve(import.meta.dirname, '../../bin/berth');

let daemon: TestDaemon;
let plain: TestRegistry;
let basic: TestRegistry;
let tokens: TokenServer;
let guarded: TestRegistry;
let home: string;

before(async () => {
  tokens = await TokenServer.start({ users: { bob: 'secret' } });
  [plain, basic, guarded, daemon] = await Promise.all([
    TestRegistry.start(),
    TestRegistry.start({ users: { bob: 'secret' } }),
    TestRegistry.start({ tokens }),
    TestDaemon.start({ busybox: false }),
  ]);
  for (const each of [plain, basic, guarded, tokens]) await each.exposeTo(daemon.namespacePid);
});

after(async () => {
  for (const each of [daemon, plain, basic, guarded, tokens]) await each?.[Symbol.asyncDispose]();
});

beforeEach((t) => {
  home = mkdtempSync(path.join(tmpdir(), 'berth-test-client-'));
  (t as { after(action: () => void): void }).after(() => rmSync(home, { recursive: true }));
});

const common = () => ['--config', home, '-H', daemon.host];
const environment = () => ({ PATH: `${home}:${process.env.PATH}` });

function berth(args: readonly string[], input = '') {
  return runCommand(launcher, [...common(), ...args], { input, env: environment() });
}

async function ok(args: readonly string[], input = ''): Promise<string> {
  const result = await berth(args, input);
  assert.equal(result.code, 0, `berth ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

const config = () => JSON.parse(readFileSync(path.join(home, 'config.json'), 'utf8'));

test('a login is kept in the file, used again, and forgotten', async () => {
  const before = { auths: {}, somebodyElse: { keeps: 'this' } };
  writeFileSync(path.join(home, 'config.json'), JSON.stringify(before));
  const login = ['login', '-u', 'bob', '--password-stdin', basic.host];
  const first = await berth(login, 'secret\n');
  assert.equal(first.stdout, 'Login Succeeded\n', first.stderr);
  assert.match(first.stderr, /WARNING! Your credentials are stored unencrypted in/);
  assert.deepEqual(config(), {
    auths: { [basic.host]: { auth: Buffer.from('bob:secret').toString('base64') } },
    somebodyElse: { keeps: 'this' },
  });
  const again = await berth(['login', basic.host]);
  assert.match(again.stderr, /Authenticating with existing credentials... \[Username: bob\]/);
  assert.equal(again.stdout, 'Login Succeeded\n');
  const wrong = await berth(login, 'wrong');
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /failed with status: 401 Unauthorized/);
  assert.equal(
    await ok(['logout', `https://${basic.host}/v2/`]),
    `Removing login credentials for ${basic.host}\n`,
  );
  assert.deepEqual(config(), before);
});

test('an identity token is kept instead of the password', async () => {
  await ok(['login', '-u', 'bob', '--password-stdin', guarded.host], 'secret');
  const { auth, identitytoken } = config().auths[guarded.host];
  assert.equal(Buffer.from(auth, 'base64').toString(), 'bob:');
  assert.match(identitytoken, /^[0-9a-f-]{36}$/);
});

test('name and password are asked for; the password is not shown', async () => {
  const script = `"${launcher}" ${common().join(' ')} login ${basic.host}`;
  const typed = `(sleep 0.5; echo bob; sleep 0.5; echo secret; sleep 0.5)`;
  const shell = `${typed} | script -qec '${script}' /dev/null`;
  const result = await runCommand('sh', ['-c', shell], { env: environment() });
  assert.match(result.stdout, /Username: [\s\S]*Password: /);
  assert.match(result.stdout, /Login Succeeded/);
});

test('without a terminal nothing is asked', async () => {
  const message = /Error: Cannot perform an interactive login from a non TTY device/;
  assert.match((await berth(['login', basic.host])).stderr, message);
  assert.match((await berth(['login'])).stderr, message);
  const both = await berth(['login', '-u', 'x', '-p', 'y', '--password-stdin']);
  assert.match(both.stderr, /cannot specify both --password and --password-stdin/);
  const nameless = await berth(['login', '--password-stdin'], 'x');
  assert.match(nameless.stderr, /--password-stdin option requires --username/);
});

/** A credential helper that keeps one login in a file and writes down what it is asked. */
function installHelper(name: string): void {
  const file = path.join(home, `docker-credential-${name}`);
  const script = `#!/bin/sh
echo "$1" >> ${home}/${name}.log
case $1 in
  store) cat > ${home}/${name}.json ;;
  get) cat ${home}/${name}.json 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm -f ${home}/${name}.json ;;
esac
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

test('credential helpers: the general one, and one of a single registry', async () => {
  installHelper('all');
  installHelper('one');
  const settings = { credsStore: 'all', credHelpers: { [guarded.host]: 'one' } };
  writeFileSync(path.join(home, 'config.json'), JSON.stringify(settings));
  for (const { host } of [basic, guarded]) {
    await ok(['login', '-u', 'bob', '--password-stdin', host], 'secret');
  }
  const kept = (name: string) => JSON.parse(readFileSync(path.join(home, `${name}.json`), 'utf8'));
  assert.deepEqual(kept('all'), { ServerURL: basic.host, Username: 'bob', Secret: 'secret' });
  assert.equal(kept('one').Username, '<token>');
  assert.doesNotMatch(readFileSync(path.join(home, 'config.json'), 'utf8'), /c2VjcmV0|secret/);
  await ok(['search', `${basic.host}/any`]);
  const stock = await runCommand('docker', [...common(), 'login', basic.host], {
    env: environment(),
  });
  assert.match(stock.stdout, /Login Succeeded/, 'the stock client finds the same login');
  await ok(['logout', basic.host]);
  assert.throws(() => kept('all'));
  const broken = { credsStore: 'missing' };
  writeFileSync(path.join(home, 'config.json'), JSON.stringify(broken));
  const failed = await berth(['login', '-u', 'bob', '--password-stdin', basic.host], 'secret');
  assert.match(
    failed.stderr,
    /Error saving credentials: error storing credentials - err: exec: "docker-credential-missing": executable file not found in \$PATH, out: ``/,
  );
});

test('search prints tables, templates and JSON', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'search/me'), { access: 'push' });
  await pushTestImage(repository, '1', [randomBlob(10)]);
  const term = `${plain.host}/search`;
  assert.match(
    await ok(['search', term]),
    /^NAME +DESCRIPTION +STARS +OFFICIAL\nsearch\/me +0 *\n$/,
  );
  assert.equal(await ok(['search', '--format', '{{.Name}}:{{.StarCount}}', term]), 'search/me:0\n');
  assert.deepEqual(JSON.parse(await ok(['search', '--format', 'json', term])), {
    ...{ Description: '', IsAutomated: 'false', IsOfficial: 'false' },
    ...{ Name: 'search/me', StarCount: '0' },
  });
  assert.equal(await ok(['search', '-f', 'is-official=true', '--format', '{{.Name}}', term]), '');
});

/** A Docker schema 2 image. */
async function pushDockerImage(repository: RemoteRepository, tag: string): Promise<void> {
  const config = Buffer.from('{"architecture":"arm64","os":"linux","variant":"v8"}');
  const layer = randomBlob(20);
  const configDescriptor: Descriptor = {
    mediaType: mediaTypes.dockerConfig,
    digest: sha256Of(config),
    size: config.length,
  };
  await repository.uploadBlob(configDescriptor, () => Readable.from([config]));
  await repository.uploadBlob(layer.descriptor, () => Readable.from([layer.bytes]));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.dockerManifest,
    config: configDescriptor,
    layers: [{ ...layer.descriptor, mediaType: mediaTypes.dockerLayerGzip }],
  };
  const bytes = Buffer.from(JSON.stringify(manifest, undefined, 3));
  await repository.putManifest(tag, mediaTypes.dockerManifest, bytes);
}

test('manifest lists: made, annotated, shown and pushed byte for byte as by docker', async () => {
  await using client = testClient();
  const at = (name: string) => client.repository(referenceAt(plain.host, name), { access: 'push' });
  await pushDockerImage(at('m/first'), '1');
  await pushDockerImage(at('m/second'), '1');
  const [first, second] = [`${plain.host}/m/first:1`, `${plain.host}/m/second:1`];
  const list = `${plain.host}/m/list:all`;
  const outputs = [];
  for (const program of [launcher, 'docker']) {
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand(program, [
        ...common(),
        'manifest',
        ...args,
      ]);
      return { code, stdout, stderr };
    };
    outputs.push([
      await run('inspect', '--insecure', first),
      await run('inspect', '--insecure', `${plain.host}/m/none:1`),
      await run('create', '--insecure', list, second),
      await run('create', '--insecure', list, first),
      await run('create', '--insecure', '--amend', list, first),
      await run(
        'annotate',
        '--arch',
        'arm',
        '--variant',
        'v7',
        '--os-features',
        'a,b',
        list,
        first,
      ),
      await run('annotate', '--arch', 'strange', list, first),
      await run('inspect', list),
      await run('inspect', list, second),
      await run('push', '--insecure', '--purge', list),
      await run('inspect', '--insecure', list),
      await run('create', '--insecure', `${plain.host}/m/nested:1`, list),
      await run('rm', list),
    ]);
  }
  assert.deepEqual(outputs[0], outputs[1]);
  const codes = outputs[0]?.map(({ code }) => code);
  assert.deepEqual(codes, [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1]);
});

test('a list of OCI images becomes an OCI index; verbose output has layers and platforms', async () => {
  await using client = testClient();
  const at = (name: string) => client.repository(referenceAt(plain.host, name), { access: 'push' });
  const manifest = await pushTestImage(at('o/image'), '1', [randomBlob(10)]);
  const [list, image] = [`${plain.host}/o/list:all`, `${plain.host}/o/image:1`];
  await ok(['manifest', 'create', list, image]);
  const pushed = (await ok(['manifest', 'push', list])).trim().split('\n').at(-1);
  const { descriptor, bytes } = await at('o/list').manifest('all');
  assert.equal(pushed, descriptor.digest);
  assert.equal(descriptor.mediaType, mediaTypes.ociIndex);
  assert.equal(`${bytes}\n`, await ok(['manifest', 'inspect', list]));
  await ok(['manifest', 'rm', list]);
  const [shown] = JSON.parse(await ok(['manifest', 'inspect', '-v', list]));
  assert.equal(shown.Ref, `${list}@${sha256Of(manifest)}`);
  assert.deepEqual(shown.Descriptor.platform, { architecture: 'amd64', os: 'linux' });
  assert.deepEqual(Buffer.from(shown.Raw, 'base64'), manifest);
  assert.deepEqual(shown.OCIManifest, JSON.parse(manifest.toString()));
});

test('the lists of one command line are the lists of the other', async () => {
  await using client = testClient();
  const repository = client.repository(referenceAt(plain.host, 'm/both'), { access: 'push' });
  await pushDockerImage(repository, '1');
  const [list, image] = [`${plain.host}/m/both:list`, `${plain.host}/m/both:1`];
  await ok(['manifest', 'create', list, image]);
  const shown = await runCommand('docker', [...common(), 'manifest', 'inspect', list]);
  assert.equal(shown.stdout, await ok(['manifest', 'inspect', list]));
  mkdirSync(path.join(home, 'manifests'), { recursive: true });
  const removed = await runCommand('docker', [...common(), 'manifest', 'rm', list]);
  assert.equal(removed.code, 0, removed.stderr);
  assert.match((await berth(['manifest', 'push', list])).stderr, /No such manifest: /);
});
