import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.dockerOk(['network', 'create', 'mynet']);
});
after(() => daemon[Symbol.asyncDispose]());

const address = async (name: string, network = 'mynet') =>
  daemon.dockerOk(['inspect', '-f', `{{.NetworkSettings.Networks.${network}.IPAddress}}`, name]);
/** Nobody answers there, at once: tests do not wait for servers of this machine. */
const noServer = ['--dns', '127.0.0.1'];
const start = (name: string, ...more: string[]) =>
  daemon.dockerOk([
    'run',
    '-d',
    '--name',
    name,
    '--network',
    'mynet',
    ...noServer,
    ...more,
    'busybox',
    'sleep',
    '600',
  ]);

/** The addresses that nslookup finds, sorted; empty when there are none. */
async function lookup(container: string, name: string): Promise<string> {
  const { stdout } = await daemon.docker(['exec', container, 'nslookup', name]);
  const answers = stdout.slice(stdout.indexOf('Name:'));
  return [...answers.matchAll(/Address(?: \d+)?: ([\d.]+)/g)]
    .map(([, found]) => found ?? '')
    .sort()
    .join(' ');
}

test('containers of a user-defined network find each other', async () => {
  await start(
    'web',
    '--network-alias',
    'site',
    '--network-alias',
    'shared',
    '--hostname',
    'frontend',
  );
  await start('db', '--network-alias', 'shared');
  const [web, db] = [await address('web'), await address('db')];
  const id = await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'web']);
  for (const name of ['web', 'WEB', 'site', 'web.mynet', 'frontend', id.slice(0, 12)]) {
    assert.equal(await lookup('db', name), web, name);
  }
  assert.equal(await lookup('web', 'shared'), [web, db].sort().join(' '));
  assert.equal(await lookup('web', 'nobody'), '');
  assert.equal((await daemon.docker(['exec', 'web', 'ping', '-c', '1', '-W', '2', 'db'])).code, 0);
  const reverse = await daemon.dockerOk(['exec', 'db', 'nslookup', web]);
  assert.match(reverse, /web\.mynet/);
});

test('resolv.conf, with options of the user', async () => {
  const plain = await daemon.dockerOk(['exec', 'web', 'cat', '/etc/resolv.conf']);
  assert.match(plain, /^nameserver 127\.0\.0\.11$/m);
  assert.match(plain, /^options .*ndots:0$/m);
  assert.match(plain, /^# ExtServers: \[/m);
  const own = ['--dns', '192.0.2.53', '--dns-search', 'corp.example', '--dns-option', 'ndots:2'];
  const args = ['run', '--rm', '--network', 'mynet', ...own, 'busybox', 'cat', '/etc/resolv.conf'];
  const text = await daemon.dockerOk(args);
  assert.match(text, /^nameserver 127\.0\.0\.11\nsearch corp\.example\noptions ndots:2$/m);
  assert.match(text, /^# ExtServers: \[192\.0\.2\.53\]$/m);
  assert.match(text, /^# Overrides: \[nameservers search options\]$/m);
});

test('connect, disconnect, rename and a restart of the daemon', async () => {
  await daemon.dockerOk(['network', 'create', 'other']);
  await daemon.dockerOk(['run', '-d', '--name', 'late', ...noServer, 'busybox', 'sleep', '600']);
  assert.equal(await lookup('late', 'web'), '');
  await daemon.dockerOk(['network', 'connect', '--alias', 'newcomer', 'mynet', 'late']);
  assert.equal(await lookup('web', 'newcomer'), await address('late'));
  assert.equal(await lookup('late', 'web'), await address('web'));
  await daemon.dockerOk(['rename', 'db', 'store']);
  assert.equal(await lookup('web', 'store'), await address('store'));
  assert.equal(await lookup('web', 'db'), '');
  await daemon.stopProcess();
  await daemon.startProcess();
  assert.equal(await lookup('web', 'store'), await address('store'));
  assert.equal(await lookup('late', 'site'), await address('web'));
  await daemon.dockerOk(['network', 'disconnect', 'mynet', 'late']);
  assert.equal(await lookup('web', 'newcomer'), '');
});

test('berth network doctor', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'quiet',
    '-p',
    '8080:80',
    'busybox',
    'sleep',
    '600',
  ]);
  const doctor = (...args: string[]) => daemon.berth(['network', 'doctor', ...args]);
  const silent = await doctor('8080');
  assert.equal(silent.code, 1);
  assert.match(
    silent.stdout,
    /✗ 0\.0\.0\.0:8080 -> quiet:80\/tcp: no program in the container listens/,
  );
  await daemon.dockerOk(['exec', '-d', 'quiet', 'httpd', '-f', '-p', '80']);
  await eventually(async () => {
    const { code, stdout } = await doctor('quiet');
    assert.equal(code, 0, stdout);
  });
  const all = await doctor();
  assert.match(all.stdout, /link docker0 = up: bridge of the network bridge/);
  const json = JSON.parse((await doctor('--json')).stdout) as { Changes: unknown[] };
  assert.ok(json.Changes.length > 3);
  assert.match((await doctor('nobody')).stderr, /No such container: nobody/);
});
