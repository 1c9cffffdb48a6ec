import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

/**
 * Daemons behind ssh. The program `ssh` is a stand-in that writes down its arguments and runs the remote command in
 * a shell of this machine, as an ssh server does.
 */

const bin = path.resolve(import.meta.dirname, '../../bin');
let berth: BerthEndpoint;
let folder: string;
let host: string;

before(async () => {
  berth = await openBerth();
  folder = mkdtempSync(path.join(tmpdir(), 'berth-ssh-'));
  const script = `#!/bin/sh
printf '%s\\n' "$@" >${folder}/arguments
for last; do :; done
[ -z "$SSH_REFUSES" ] || { echo "Permission denied (publickey)." >&2; exit 255; }
unset BERTH_HOST DOCKER_HOST
PATH=${bin}:/usr/bin:/bin exec sh -c "$last"
`;
  writeFileSync(path.join(folder, 'ssh'), script);
  chmodSync(path.join(folder, 'ssh'), 0o755);
  host = berth.host.replace(/^unix:\/\//, 'ssh://me@box:2222');
});
after(async () => {
  rmSync(folder, { recursive: true });
  await berth[Symbol.asyncDispose]();
});

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  env: { PATH: `${folder}:${process.env['PATH']}`, BERTH_HOST: host, ...more },
});

test('commands, streams and exit codes come through', async () => {
  assert.match(await berth.ok(['version', '-f', '{{.Server.Os}}'], environment()), /^linux$/);
  const echoed = await berth.run(['run', '--rm', '-i', 'busybox', 'cat'], {
    ...environment(),
    input: 'over there\n'.repeat(50_000),
  });
  assert.equal(echoed.stderr, '');
  assert.equal(echoed.stdout, 'over there\n'.repeat(50_000));
  const failed = ['run', '--rm', 'busybox', 'sh', '-c', 'echo no >&2; exit 7'];
  const { code, stderr } = await berth.run(failed, environment());
  assert.deepEqual({ code, stderr }, { code: 7, stderr: 'no\n' });
});

test('user, port and host are arguments of their own', () => {
  const given = readFileSync(path.join(folder, 'arguments'), 'utf8').split('\n');
  const expected = ['-o', 'ConnectTimeout=30', '-T', '-l', 'me', '-p', '2222', '--', 'box'];
  assert.deepEqual(given.slice(0, expected.length), expected);
});

test('what ssh says is told', async () => {
  const refused = await berth.run(['ps'], environment({ SSH_REFUSES: '1' }));
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^cannot reach the daemon at ssh:.*: Permission denied \(publickey\)\.\n/,
  );
  const missing = await berth.run(['ps'], {
    env: { ...environment().env, BERTH_HOST: 'ssh://box/nosuch.sock' },
  });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /Cannot connect to the Berth daemon at unix:\/\/\/nosuch\.sock/);
});

test('a context may name such a host', async () => {
  const { env } = environment({ DOCKER_CONFIG: path.join(folder, 'config') });
  const plain = { env: { ...env, BERTH_HOST: '', DOCKER_HOST: '' } };
  await berth.ok(['context', 'create', 'far', '--docker', `host=${host}`], plain);
  const format = ['version', '-f', '{{.Server.Os}}'];
  assert.equal(await berth.ok(['--context', 'far', ...format], plain), 'linux');
});
