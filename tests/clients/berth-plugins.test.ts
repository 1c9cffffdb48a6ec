import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandResult, runCommand, TestDaemon } from '@berth/testing';

const launcher = path.resolve(import.meta.dirname, '../../bin/berth');
const metadata = {
  SchemaVersion: '0.1.0',
  Vendor: 'Somebody',
  Version: 'v1.2.3',
  ShortDescription: 'Say hello',
};
let home: string;

before(() => {
  home = mkdtempSync(path.join(tmpdir(), 'berth-plugins-'));
  mkdirSync(path.join(home, '.docker/cli-plugins'), { recursive: true });
  mkdirSync(path.join(home, 'extra'));
  plugin('.docker/cli-plugins/docker-hello', JSON.stringify(metadata));
  plugin('.docker/cli-plugins/docker-broken', 'no json');
  plugin('.docker/cli-plugins/docker-run', JSON.stringify(metadata));
  plugin('extra/docker-compose', JSON.stringify(metadata));
  writeFileSync(path.join(home, '.docker/cli-plugins/docker-plain'), 'no program');
  const config = { cliPluginsExtraDirs: [path.join(home, 'extra')] };
  writeFileSync(path.join(home, '.docker/config.json'), JSON.stringify(config));
});
after(() => rmSync(home, { recursive: true }));

function plugin(file: string, answer: string): void {
  const script = `#!/bin/sh
if [ "$1" = docker-cli-plugin-metadata ]; then echo '${answer}'; exit; fi
echo "$*|$DOCKER_HOST|$DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"
cat
kill -s "\${SIGNAL:-0}" $$
exit 5
`;
  writeFileSync(path.join(home, file), script, { mode: 0o755 });
}

function berth(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const clean = { DOCKER_HOST: '', BERTH_HOST: '', DOCKER_CONFIG: '', HOME: home };
  return runCommand(launcher, args, { env: { ...clean, ...env }, input: 'typed\n' });
}

function firstFields({ stdout, code }: CommandResult) {
  const [args, host] = stdout.split('|');
  return { args, host, code };
}

test('a plug-in gets all words, the daemon in use, the streams, and gives its exit code', async () => {
  const plain = await berth(['hello', 'a', '--b'], { BERTH_HOST: 'unix:///one.sock' });
  assert.deepEqual(firstFields(plain), { args: 'hello a --b', host: 'unix:///one.sock', code: 5 });
  assert.match(plain.stdout, /\ntyped\n$/);
  const flagged = await berth(['-H', 'unix:///two.sock', '-D', 'hello']);
  assert.equal(firstFields(flagged).args, '-H unix:///two.sock -D hello');
  assert.equal(firstFields(await berth(['help', 'hello'])).args, 'help hello');
});

test('a plug-in that a signal ends looks so to the caller', async () => {
  const { stderr } = await berth(['hello'], { SIGNAL: 'TERM' });
  assert.match(stderr, /ended by SIGTERM/);
});

test('folders of the configuration; commands that Berth does not have yet', async () => {
  assert.deepEqual(firstFields(await berth(['compose', 'up'])).args, 'compose up');
});

test('commands of Berth itself cannot be replaced', async () => {
  const { stdout } = await berth(['run', '--help']);
  assert.match(stdout, /^Usage: {2}berth run/);
});

test('help lists what answers as a plug-in', async () => {
  const { stdout } = await berth(['--help']);
  assert.match(stdout, /^ {2}hello\* +Say hello$/m);
  assert.match(stdout, /^ {2}compose\* +Say hello$/m);
  assert.doesNotMatch(stdout, /broken|plain/);
});

test('what is no plug-in either is an unknown command', async () => {
  for (const name of ['plain', 'nosuch', '../hello']) {
    const { code, stderr } = await berth([name]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^berth: unknown command: berth ${name}\n`));
  }
});

test('a program that does not describe itself is no plug-in, as for the stock client', async () => {
  const { code, stdout, stderr } = await berth(['broken']);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^berth: unknown command: berth broken$/m);
});

test('info tells of plug-ins and of programs that are none', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const env = { BERTH_HOST: daemon.host };
  const format = '{{range .ClientInfo.Plugins}}{{.Name}} {{.Version}} {{.Err}};{{end}}';
  const shown = await berth(['info', '--format', format], env);
  assert.match(
    shown.stdout,
    /^broken <no value> invalid metadata: [^;]+;compose v1\.2\.3 <no value>;hello v1\.2\.3 <no value>;/,
  );
  const { stdout, stderr } = await berth(['info'], env);
  assert.match(
    stdout,
    /^ Plugins:\n {2}compose: Say hello \(Somebody\)\n {4}Version: {2}v1\.2\.3\n/m,
  );
  assert.match(stderr, /^WARNING: Plugin ".*\/docker-broken" is not valid: invalid metadata/m);
});
