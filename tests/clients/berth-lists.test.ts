import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

let berth: BerthEndpoint;
const container = `berth-lists-${process.pid}`;
before(async () => {
  berth = await openBerth();
  await berth.ok([
    'run',
    '-d',
    '--name',
    container,
    '-l',
    'com.example.tier=web',
    'busybox',
    'sleep',
    '600',
  ]);
});
after(async () => {
  await berth.run(['rm', '-f', container]);
  await berth[Symbol.asyncDispose]();
});

const only = ['--filter', `name=${container}`];

test('ps shows a table, names, IDs and templates', async () => {
  const table = (await berth.ok(['ps', ...only])).split('\n');
  assert.match(table[0] ?? '', /^CONTAINER ID {3}IMAGE {5}COMMAND +CREATED +STATUS +PORTS +NAMES$/);
  assert.match(
    table[1] ?? '',
    /^[0-9a-f]{12} {3}busybox {3}"sleep 600" +\S.* ago +Up \S.* berth-lists-\d+$/,
  );
  assert.match(await berth.ok(['ps', '-q', ...only]), /^[0-9a-f]{12}$/);
  assert.match(await berth.ok(['ps', '-q', '--no-trunc', ...only]), /^[0-9a-f]{64}$/);
  const format = '{{.Names}} {{.State}} {{.Label "com.example.tier"}}';
  assert.equal(await berth.ok(['ps', ...only, '--format', format]), `${container} running web`);
  assert.equal(JSON.parse(await berth.ok(['ps', ...only, '--format', 'json'])).Names, container);
});

test('inspect finds every kind of object and reports what is missing', async () => {
  const [found] = JSON.parse(await berth.ok(['inspect', container]));
  assert.equal(found.Name, `/${container}`);
  assert.equal(
    await berth.ok([
      'inspect',
      '-f',
      '{{.State.Running}} {{if .State.Health}}x{{else}}none{{end}} {{len .Args}}',
      container,
    ]),
    'true none 1',
  );
  assert.match(await berth.ok(['inspect', '-f', '{{.ID}}', 'busybox']), /^sha256:/);
  const missing = await berth.run(['inspect', container, 'no-such-object']);
  assert.equal(missing.code, 1);
  assert.equal(missing.stderr, 'Error: No such object: no-such-object\n');
  assert.equal(JSON.parse(missing.stdout).length, 1);
  assert.equal((await berth.run(['inspect', '-f', '{{', container])).code, 64);
});

test('images and their history are listed', async () => {
  const rows = (await berth.ok(['images', '--format', '{{.Repository}}:{{.Tag}}'])).split('\n');
  assert(rows.includes('busybox:latest'));
  assert.match(
    await berth.ok(['history', 'busybox']),
    /^IMAGE +CREATED +CREATED BY +SIZE +COMMENT\n/,
  );
  await berth.ok(['tag', 'busybox', 'berth-lists:1']);
  assert.match(await berth.ok(['rmi', 'berth-lists:1']), /^Untagged: berth-lists:1$/m);
});

test('volumes are made, listed, inspected and removed', async () => {
  const volume = `${container}-volume`;
  assert.equal(await berth.ok(['volume', 'create', '--label', 'a=b', volume]), volume);
  assert.equal(await berth.ok(['volume', 'ls', '-q', '--filter', `name=${volume}`]), volume);
  assert.equal(
    await berth.ok(['volume', 'inspect', '-f', '{{.Labels}} {{.Driver}}', volume]),
    'map[a:b] local',
  );
  assert.equal(await berth.ok(['volume', 'rm', volume]), volume);
  assert.equal((await berth.run(['volume', 'rm', volume])).code, 1);
});

test('networks, disk use and versions are shown', async () => {
  assert.match(await berth.ok(['network', 'ls']), /^NETWORK ID +NAME +DRIVER +SCOPE\n/);
  assert.match(await berth.ok(['system', 'df']), /^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\n/);
  assert.match(await berth.ok(['version']), /^Client:\n[\s\S]*\nServer:/);
  assert.match(await berth.ok(['info', '--format', '{{.OSType}} {{.NCPU}}']), /^linux \d+$/);
});

test('a daemon that is not there is told with a hint', async () => {
  const result = await berth.run(['-H', 'unix:///nonexistent.sock', 'ps']);
  assert.equal(result.code, 1);
  assert.match(
    result.stderr,
    /^Cannot connect to the Berth daemon at unix:\/\/\/nonexistent\.sock\. Is the berth daemon running\?\nhint: /,
  );
});

test('commands that are not there yet say so', async () => {
  const result = await berth.run(['swarm', 'init']);
  assert.equal(result.code, 1);
  assert.match(result.stderr, /^berth: 'swarm' is not implemented yet$/m);
});

test('commands that fail for one of several names give a hint too', async () => {
  const cases = {
    [`start ${container.replace('berth', 'breth')}`]: container,
    'network rm brigde': 'bridge',
    'rmi bussybox': 'busybox:latest',
    'inspect bussybox': 'busybox',
  };
  for (const [line, meant] of Object.entries(cases)) {
    const { stdout } = await berth.inTerminal(`$BERTH ${line}`);
    assert.match(stdout, new RegExp(`hint: Did you mean ${meant}\\b`), line);
  }
});

test('people get a hint with an error, scripts do not', async () => {
  const mistyped = container.replace('berth', 'breth');
  const shown = await berth.inTerminal(`$BERTH stop ${mistyped}`);
  assert.match(shown.stdout, new RegExp(`hint: Did you mean ${container}\\?`));
  const piped = await berth.run(['stop', mistyped]);
  assert.equal(piped.stderr, `Error response from daemon: No such container: ${mistyped}\n`);
});
