import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  type CertificateFiles,
  type CommandResult,
  TestAuthority,
  TestDaemon,
} from '@berth/testing';

const repository = path.resolve(import.meta.dirname, '../..');
const address = 'tcp://127.0.0.1:2376';
const folder = mkdtempSync(path.join(tmpdir(), 'berth-test-tls-'));
let ours: TestAuthority;
let foreign: TestAuthority;
let server: CertificateFiles;
let daemon: TestDaemon;

before(async () => {
  ours = await TestAuthority.create();
  foreign = await TestAuthority.create('Somebody Else');
  server = await ours.issue({ hosts: ['127.0.0.1'] });
  daemon = await TestDaemon.start({ args: ['-H', address, ...tlsFlags()] });
});
after(async () => {
  await daemon[Symbol.asyncDispose]();
  ours[Symbol.dispose]();
  foreign[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

function tlsFlags(): string[] {
  return ['--tlsverify', '--tlscacert', ours.ca, '--tlscert', server.cert, '--tlskey', server.key];
}

/** A folder as DOCKER_CERT_PATH wants it. */
function certPath(name: string, ca: string, client?: CertificateFiles): string {
  const directory = path.join(folder, name);
  mkdirSync(directory, { recursive: true });
  copyFileSync(ca, path.join(directory, 'ca.pem'));
  if (client !== undefined) {
    copyFileSync(client.cert, path.join(directory, 'cert.pem'));
    copyFileSync(client.key, path.join(directory, 'key.pem'));
  }
  return directory;
}

interface ClientRun {
  readonly certificates: string;
  readonly args: readonly string[];
  readonly host?: string;
  readonly input?: string;
}

/** The stock client or berth, in the daemon's network namespace and with settings from the environment alone. */
function client(program: 'docker' | 'berth', run: ClientRun): Promise<CommandResult> {
  const command = program === 'docker' ? 'docker' : path.join(repository, 'bin/berth');
  const env = {
    ...{ DOCKER_HOST: run.host ?? address, BERTH_HOST: run.host ?? address, DOCKER_CONFIG: folder },
    ...{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: run.certificates },
  };
  return daemon.inNamespace(command, run.args, {
    env,
    ...(run.input === undefined ? {} : { input: run.input }),
  });
}

for (const program of ['docker', 'berth'] as const) {
  test(`${program} with a certificate of the authority does everything`, async () => {
    const certificates = certPath('known', ours.ca, await ours.issue({ client: true, hosts: [] }));
    const version = await client(program, { certificates, args: ['version'] });
    assert.equal(version.code, 0, version.stderr);
    const args = ['run', '-i', '--rm', 'busybox', 'sh', '-c', 'cat; exit 4'];
    const input = `${'through TLS and back '.repeat(20_000)}\n`;
    const run = await client(program, { certificates, args, input });
    assert.equal(run.code, 4, run.stderr);
    assert.equal(run.stdout.length, input.length);
    assert.equal(run.stdout, input);
  });

  test(`${program} without a certificate of the authority is refused`, async () => {
    const strangers = {
      none: undefined,
      foreign: await foreign.issue({ client: true, hosts: [] }),
      ended: await ours.issue({ client: true, hosts: [], days: -1 }),
      'for-servers': await ours.issue({ hosts: [] }),
    };
    for (const [name, files] of Object.entries(strangers)) {
      const certificates = certPath(name, ours.ca, files);
      const refused = await client(program, { certificates, args: ['ps'] });
      assert.notEqual(refused.code, 0, name);
      assert.doesNotMatch(refused.stdout, /CONTAINER ID/, name);
    }
  });

  test(`${program} does not talk to a server that it cannot verify`, async () => {
    const own = await ours.issue({ client: true, hosts: [] });
    const wrong = { certificates: certPath('wrong-ca', foreign.ca, own), args: ['ps'] };
    assert.match((await client(program, wrong)).stderr, /certificate/i);
    const host = 'tcp://localhost:2376';
    const misnamed = { certificates: certPath('known', ours.ca, own), args: ['ps'], host };
    assert.match((await client(program, misnamed)).stderr, /certificate|localhost/i);
  });
}

test('a context carries the certificates, and each client uses what the other stored', async () => {
  const own = await ours.issue({ client: true, hosts: [] });
  const config = path.join(folder, 'contexts');
  const env = { DOCKER_CONFIG: config, DOCKER_HOST: '', BERTH_HOST: '', DOCKER_CONTEXT: '' };
  const berth = path.join(repository, 'bin/berth');
  const inContext = (program: string, name: string) =>
    daemon.inNamespace(program, ['--context', name, 'version', '-f', '{{.Server.Os}}'], { env });
  const kept = `ca=${ours.ca},cert=${own.cert},key=${own.key}`;
  const contexts = {
    'by-berth': [berth, kept],
    'by-docker': ['docker', kept],
    'wrong-ca': [berth, `ca=${foreign.ca},cert=${own.cert},key=${own.key}`],
    'no-key': [berth, `ca=${ours.ca}`],
    unverified: [berth, `cert=${own.cert},key=${own.key},skip-tls-verify=true`],
  } as const;
  for (const [name, [program, files]] of Object.entries(contexts)) {
    const endpoint = `host=${address},${files}`;
    const made = await daemon.inNamespace(
      program,
      ['context', 'create', name, '--docker', endpoint],
      { env },
    );
    assert.equal(made.code, 0, made.stderr);
  }
  for (const program of ['docker', berth]) {
    for (const name of ['by-berth', 'by-docker', 'unverified']) {
      const { code, stdout, stderr } = await inContext(program, name);
      assert.deepEqual([code, stdout, stderr], [0, 'linux\n', ''], `${program} ${name}`);
    }
    for (const name of ['wrong-ca', 'no-key']) {
      const { code, stdout } = await inContext(program, name);
      assert.deepEqual([code, stdout.trim()], [1, ''], `${program} ${name}`);
    }
  }
  const refused = await inContext(berth, 'wrong-ca');
  assert.match(refused.stderr, /^the TLS connection to tcp:.* failed: .*\nhint: .*certificate/);
});

test('plain requests and old versions of TLS get nothing', async () => {
  const plain = await daemon.inNamespace('curl', ['-s', '-m', '5', 'http://127.0.0.1:2376/_ping']);
  assert.equal(plain.stdout, '');
  const args = ['-skm', '5', '--tls-max', '1.1', 'https://127.0.0.1:2376/_ping'];
  assert.notEqual((await daemon.inNamespace('curl', args)).code, 0);
  assert.equal((await daemon.docker(['version'])).code, 0);
});

test('a daemon does not start with TCP and no TLS, or with certificates that it cannot read', async () => {
  const start = (...args: string[]) =>
    daemon.inNamespace(path.join(repository, 'bin/berthd'), [
      ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'run')],
      ...['--pidfile', path.join(folder, 'pid'), '-H', 'tcp://127.0.0.1:2375', ...args],
    ]);
  const insecure = await start();
  assert.equal(insecure.code, 1);
  assert.match(insecure.stderr, /TLS.*\n?.*--allow-insecure-tcp/);
  const missing = await start('--tls', '--tlscert', path.join(folder, 'no.pem'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /no\.pem/);
  const mismatch = await start(...tlsFlags(), '--tlskey', (await ours.issue()).key);
  assert.equal(mismatch.code, 1);
  assert.match(mismatch.stderr, /key/);
});
