import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand } from '@berth/testing';

/** Every step is done by `docker` and by `berth`, each in a home of its own, and must print the same. */

const berth = path.resolve(import.meta.dirname, '../../bin/berth');
let root: string;

before(() => {
  root = mkdtempSync(path.join(tmpdir(), 'berth-context-'));
  for (const home of ['docker', 'berth']) mkdirSync(path.join(root, home));
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=x'];
  const files = ['-keyout', path.join(root, 'key.pem'), '-out', path.join(root, 'cert.pem')];
  execFileSync('openssl', [...make, ...files], { stdio: 'ignore' });
  writeFileSync(path.join(root, 'broken.tar'), 'no tar');
});
after(() => rmSync(root, { recursive: true, force: true }));

interface Step {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The texts differ on purpose: only the exit code is compared. */
  readonly codeOnly?: boolean;
}

async function outcome(client: 'docker' | 'berth', { args, environment, codeOnly }: Step) {
  const home = path.join(root, client);
  const program = client === 'docker' ? 'docker' : berth;
  const { code, stdout, stderr } = await runCommand(program, ['context', ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
  });
  const plain = (text: string) =>
    text
      .replaceAll(home, 'HOME')
      .replaceAll(/unix:\/\/\/run\/berth\/berth\.sock/g, 'unix:///var/run/docker.sock')
      .replace(/^hint: .*\n/gm, '');
  return codeOnly ? { code } : { code, stdout: plain(stdout), stderr: plain(stderr) };
}

const tls = 'host=tcp://h:2376,ca=../cert.pem,cert=../cert.pem,key=../key.pem';
const steps: readonly Step[] = [
  { args: ['create', 'aa', '--docker', 'host=unix:///tmp/aa.sock'] },
  { args: ['create', 'aa'] },
  { args: ['create', 'bad/name'] },
  { args: ['create', 'default'] },
  { args: ['create', 'b1', '--description', 'some thing', '--docker', tls] },
  { args: ['create', 'b2', '--docker', 'foo=bar'] },
  { args: ['create', 'b3', '--docker', 'host=tcp://x,ca=nosuch.pem'] },
  { args: ['create', 'b4', '--docker', 'ca=../cert.pem'] },
  { args: ['create', 'b5', '--from', 'b1'] },
  { args: ['create', 'b6'] },
  { args: ['create', 'b7', '--docker', 'from=b1'] },
  { args: ['create', 'b8', '--docker', 'host=tcp://y:1,skip-tls-verify=true'] },
  { args: ['create', 'b9', '--from', 'nosuch'] },
  { args: ['ls'] },
  { args: ['ls', '-q'] },
  { args: ['ls', '--format', 'json'] },
  { args: ['ls', '--format', '{{.Name}}: {{.DockerEndpoint}} {{.Current}}'] },
  { args: ['use', 'aa'] },
  { args: ['ls'] },
  { args: ['use', 'nosuch'] },
  { args: ['inspect'] },
  { args: ['inspect', 'b1', 'b8', 'b4'] },
  { args: ['inspect', 'default'] },
  { args: ['inspect', 'nosuch', 'aa'] },
  { args: ['inspect', '-f', '{{.Name}} {{.Endpoints.docker.Host}}', 'b1'] },
  { args: ['show'] },
  { args: ['update', 'b1', '--description', 'new'] },
  { args: ['update', 'b8', '--docker', 'host=tcp://z:2'] },
  { args: ['update', 'nosuch', '--description', 'new'] },
  { args: ['update', 'default', '--description', 'new'] },
  { args: ['inspect', 'b1', 'b8'] },
  { args: ['export', 'b1'] },
  { args: ['export', 'b1'] },
  { args: ['export', 'nosuch'] },
  { args: ['import', 'b1', 'b1.dockercontext'] },
  { args: ['import', 'c1', 'b1.dockercontext'] },
  { args: ['import', 'c2', '../broken.tar'], codeOnly: true },
  { args: ['import', 'c2', 'nosuch.tar'] },
  { args: ['inspect', 'c1'] },
  { args: ['ls'], environment: { DOCKER_HOST: 'unix:///x' } },
  { args: ['use', 'c1'], environment: { DOCKER_HOST: 'unix:///x' } },
  { args: ['ls'], environment: { DOCKER_CONTEXT: 'b1' } },
  { args: ['show'], environment: { DOCKER_CONTEXT: 'b1' } },
  { args: ['rm', 'c1'] },
  { args: ['rm', 'b4', 'b5', 'nosuch'] },
  { args: ['rm', 'default'] },
  { args: ['rm', '-f', 'c1', 'nosuch'] },
  { args: ['show'] },
  { args: ['use', 'default'] },
  { args: ['ls'] },
];

for (const [number, step] of steps.entries()) {
  test(`${number + 1}: context ${step.args.join(' ')}`, async () => {
    assert.deepEqual(await outcome('berth', step), await outcome('docker', step));
  });
}

test('each client reads what the other stored', async () => {
  const environment = { DOCKER_CONFIG: path.join(root, 'berth/.docker') };
  const args = ['inspect', 'b1', 'b7', 'b8'];
  const asBerth = await outcome('berth', { args });
  const read = await runCommand('docker', ['context', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  assert.equal(read.stdout.replaceAll(path.join(root, 'berth'), 'HOME'), asBerth.stdout);
  const crossed = ['context', 'import', 'crossed', path.join(root, 'berth/b1.dockercontext')];
  const imported = await runCommand('docker', crossed, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: path.join(root, 'docker') },
  });
  assert.equal(imported.code, 0, imported.stderr);
  const file = path.join(root, 'docker/.docker/config.json');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { auths: {} });
});
