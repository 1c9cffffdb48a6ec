import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
if [ "$1" = __complete ]; then
  shift
  printf '%s\thelp\n' "$1-first" "$1-second"
  echo _activeHelp_ words
  echo "\${DIRECTIVE:-:4}"
  exit
fi
if [ "$2" = docker-cli-plugin-hooks ]; then
  echo "$3" >>'${path.join(home, 'hooks')}'
  printf '%s' '{"Template":"ran {{.Name}} on {{arg . 0}}\\nquiet={{flag . \\"quiet\\"}}"}'
  exit
fi
echo "$*|$DOCKER_HOST|$DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND|$BUILDX_BUILDER|"
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

test('a plug-in learns with which command berth is started again', async () => {
  const { stdout } = await berth(['hello']);
  const command = stdout.split('|')[2] ?? '';
  const again = await runCommand(command, ['--version']);
  assert.match(again.stdout, /^Berth version /);
});

test('help of a plug-in is its own', async () => {
  assert.equal(firstFields(await berth(['help', 'compose'])).args, 'help compose');
  assert.equal(firstFields(await berth(['--help', 'compose', 'up'])).args, '--help compose up');
});

test('build and its relatives are words of the plug-in that builds', async () => {
  const missing = await berth(['build', '.']);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^berth: 'build' is not implemented yet\nhint: .*buildx/);
  const required = await berth(['bake']);
  assert.match(required.stderr, /^ERROR: docker bake requires the buildx component/);
  plugin('extra/docker-buildx', JSON.stringify(metadata));
  try {
    const words = async (...args: string[]) => (await berth(args)).stdout.split('\n')[0];
    const built = await words('-D', 'build', '--pull', '.');
    assert.match(built ?? '', /^-D buildx build --pull \.\|.*\|default\|$/);
    assert.match((await words('image', 'build', '--builder=b')) ?? '', /^buildx build .*\|\|$/);
    assert.match((await words('builder', 'prune')) ?? '', /^buildx prune\|/);
    assert.match((await words('bake')) ?? '', /^buildx bake\|/);
    const classic = await berth(['build'], { DOCKER_BUILDKIT: '0' });
    assert.match(classic.stderr, /'build' is not implemented yet/);
  } finally {
    rmSync(path.join(home, 'extra/docker-buildx'));
  }
});

test('completion knows plug-ins and asks them', async () => {
  const completed = async (words: string[], env = {}) =>
    (await berth(['__complete', ...words], env)).stdout.trimEnd().split('\n');
  assert.deepEqual(await completed(['hel']), ['hello\tSay hello', ':end']);
  const offered = ['compose-first\thelp', 'compose-second\thelp'];
  assert.deepEqual(await completed(['-D', 'compose', 'up', '']), [...offered, ':end']);
  const open = await completed(['compose', ''], { DIRECTIVE: ':6' });
  assert.deepEqual(open, [...offered, ':open']);
  assert.deepEqual(await completed(['broken', '']), [':end']);
});

test('hooks of plug-ins speak behind commands on a terminal, where they are switched on', async () => {
  const plugins = { hello: { hooks: 'context ls,compose up' }, compose: { hooks: 'hello' } };
  const config = { cliPluginsExtraDirs: [path.join(home, 'extra')], plugins };
  const folder = mkdtempSync(path.join(home, 'config-'));
  mkdirSync(path.join(folder, 'cli-plugins'));
  cpSync(
    path.join(home, '.docker/cli-plugins/docker-hello'),
    path.join(folder, 'cli-plugins/docker-hello'),
  );
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  const shown = async (line: string, hooks: string) => {
    const env = {
      HOME: home,
      DOCKER_CONFIG: folder,
      DOCKER_HOST: '',
      BERTH_HOST: '',
      DOCKER_CLI_HOOKS: hooks,
    };
    const words = ['-qec', `</dev/null "${launcher}" ${line}`, '/dev/null'];
    return (await runCommand('script', words, { env })).stdout.replaceAll('\r', '');
  };
  const steps = "\x1b[1m\nWhat's next:\x1b[0m\n    ran ls on \n    quiet=true\n";
  assert.equal(await shown('context ls -q', 'true'), `default\n${steps}`);
  assert.equal(await shown('context ls -q', '0'), 'default\n');
  assert.equal(await shown('context ls -q | cat', 'true'), 'default\n');
  const asked = readFileSync(path.join(home, 'hooks'), 'utf8');
  assert.equal(asked, '{"RootCmd":"context ls","Flags":{"quiet":"true"},"CommandError":""}\n');
});

test('commands of Berth itself cannot be replaced', async () => {
  const { stdout } = await berth(['run', '--help']);
  assert.match(stdout, /^Usage: {2}berth run/);
});

test('help lists what answers as a plug-in', async () => {
  const { stdout } = await berth(['--help']);
  assert.match(stdout, /^ {2}hello\* +Say hello$/m);
  assert.match(stdout, /^ {2}compose\* +Say hello$/m);
  assert.match(
    stdout,
    /^Invalid Plugins:\n {2}broken +invalid metadata: not JSON\n {2}run .*builtin command$/m,
  );
  assert.doesNotMatch(stdout, /plain/);
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
    /^broken <no value> invalid metadata: not JSON;compose v1\.2\.3 <no value>;hello v1\.2\.3 <no value>;run <no value> plugin "run" duplicates builtin command;$/m,
  );
  const { stdout, stderr } = await berth(['info'], env);
  assert.match(
    stdout,
    /^ Plugins:\n {2}compose: Say hello \(Somebody\)\n {4}Version: {2}v1\.2\.3\n/m,
  );
  assert.match(stderr, /^WARNING: Plugin ".*\/docker-broken" is not valid: invalid metadata/m);
});
