import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

let berth: BerthEndpoint;
const name = (suffix: string) => `berth-cli-${process.pid}-${suffix}`;
before(async () => {
  berth = await openBerth();
});
after(() => berth[Symbol.asyncDispose]());

const shell = (script: string) => ['busybox', 'sh', '-c', script];

test("output and exit code are the container's", async () => {
  const result = await berth.run(['run', '--rm', ...shell('echo out; echo err >&2; exit 7')]);
  assert.deepEqual(result, { code: 7, stdout: 'out\n', stderr: 'err\n' });
});

test('what cannot start ends with 125, 126 or 127', async () => {
  const code = async (...args: string[]) => (await berth.run(['run', '--rm', ...args])).code;
  assert.equal(await code('busybox', '/no/such/program'), 127);
  assert.equal(await code('busybox', '/etc'), 126);
  assert.equal(await code('--network', 'no-such-network', 'busybox', 'true'), 125);
  assert.equal(await code('--no-such-flag', 'busybox', 'true'), 125);
});

test('100 MB pass through stdin and stdout unchanged', async () => {
  const block = randomBytes(1_000_000);
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const child = spawn(path.resolve('bin/berth'), ['run', '-i', '--rm', 'busybox', 'cat'], {
    env: { ...process.env, BERTH_HOST: berth.host },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => received.update(chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (let i = 0; i < 100; i++) {
    sent.update(block);
    if (!child.stdin.write(block))
      await new Promise((resolve) => child.stdin.once('drain', resolve));
  }
  child.stdin.end();
  assert.equal(await ended, 0);
  assert.equal(received.digest('hex'), sent.digest('hex'));
});

test('a signal is passed on and the exit code comes back', async () => {
  const child = spawn(
    path.resolve('bin/berth'),
    [
      'run',
      '--rm',
      '--init',
      ...shell('trap "echo got; exit 9" TERM; echo ready; while :; do sleep 0.1; done'),
    ],
    {
      env: { ...process.env, BERTH_HOST: berth.host },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output === 'ready\n') child.kill('SIGTERM');
  });
  assert.equal(await new Promise((resolve) => child.once('close', resolve)), 9);
  assert.equal(output, 'ready\ngot\n');
});

test('in a terminal the container has one, and detach keys leave it running', async () => {
  const inside = await berth.inTerminal('"$BERTH" run --rm -it busybox sh -c "tty; exit 5"');
  assert.match(inside.stdout, /\/dev\/pts\/\d|\/dev\/console/);
  assert.equal(inside.code, 5);
});

test('detach keys leave the container running', async () => {
  const container = name('detach');
  const command = `"$BERTH" run -it --name ${container} busybox sh; echo le''ft`;
  // Once the prompt is there the terminal takes every key, and its end of input would end the shell.
  const shows = (text: string) => `until grep -q '${text}' "$SCREEN"; do sleep 0.1; done`;
  const keys = `${shows('/ #')}; printf '\\020\\021'; ${shows('left')}`;
  const screen = path.join(mkdtempSync(path.join(tmpdir(), 'berth-detach-')), 'screen');
  const typed = `: >"$SCREEN"; (${keys}) | script -qfc "$COMMAND" "$SCREEN"`;
  await berth.inShell(typed, { env: { SCREEN: screen, COMMAND: command } });
  rmSync(path.dirname(screen), { recursive: true });
  const status = await berth.ok(['ps', '--filter', `name=${container}`, '--format', '{{.State}}']);
  assert.equal(status, 'running');
  await berth.ok(['rm', '-f', container]);
});

test('a terminal is asked for but there is none', async () => {
  const result = await berth.run(['run', '--rm', '-it', 'busybox', 'true']);
  assert.deepEqual(result, { code: 1, stdout: '', stderr: 'the input device is not a TTY\n' });
});

test('-d prints the ID, --cidfile keeps it, names are unique, rm -f removes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-cid-'));
  const file = path.join(folder, 'cid');
  const container = name('detached');
  const id = await berth.ok([
    'run',
    '-d',
    '--name',
    container,
    '--cidfile',
    file,
    'busybox',
    'sleep',
    '60',
  ]);
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(readFileSync(file, 'utf8'), id);
  const again = await berth.run(['run', '-d', '--name', container, 'busybox', 'true']);
  assert.equal(again.code, 125);
  assert.match(again.stderr, /is already in use/);
  assert.equal(await berth.ok(['rm', '-f', container]), container);
  rmSync(folder, { recursive: true });
});

test('--rm is over when run is', async () => {
  const container = name('rm');
  await berth.ok(['run', '--rm', '--name', container, 'busybox', 'true']);
  assert.equal(await berth.ok(['ps', '-aq', '--filter', `name=${container}`]), '');
});

test('attach, start -a and logs show the same output', async () => {
  const container = name('attach');
  await berth.ok(['create', '--name', container, ...shell('echo one; echo two >&2; exit 3')]);
  const started = await berth.run(['start', '-a', container]);
  assert.deepEqual(started, { code: 3, stdout: 'one\n', stderr: 'two\n' });
  await eventually(async () => {
    assert.deepEqual(await berth.run(['logs', container]), {
      code: 0,
      stdout: 'one\n',
      stderr: 'two\n',
    });
  });
  assert.equal(await berth.ok(['wait', container]), '3');
  await berth.ok(['rm', container]);
});

test('exec has its own streams, environment, folder and exit code', async () => {
  const container = name('exec');
  await berth.ok(['run', '-d', '--name', container, 'busybox', 'sleep', '60']);
  const result = await berth.run(
    ['exec', '-i', '-e', 'A=1', '-w', '/tmp', container, 'sh', '-c', 'cat; echo $A; pwd; exit 4'],
    { input: 'in\n' },
  );
  assert.deepEqual(result, { code: 4, stdout: 'in\n1\n/tmp\n', stderr: '' });
  const missing = await berth.run(['exec', container, 'no-such-program']);
  assert(missing.code === 127 || missing.code === 126);
  await berth.ok(['rm', '-f', container]);
});
