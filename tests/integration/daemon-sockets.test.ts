import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';

const berthd = resolve(import.meta.dirname, '../../bin/berthd');
const folder = mkdtempSync(join(tmpdir(), 'berth-daemon-sockets-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function flags(name: string): string[] {
  writeFileSync(join(folder, 'daemon.json'), '{}');
  return [
    ...['--config-file', join(folder, 'daemon.json'), '--pidfile', join(folder, `${name}.pid`)],
    ...['--data-root', join(folder, name, 'data'), '--exec-root', join(folder, name, 'run')],
  ];
}

test('the socket is for root and its group alone, and goes with the daemon', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const { mode, uid } = statSync(daemon.socket);
  assert.equal(mode & 0o777, 0o660);
  assert.equal(uid, 0);
  assert.equal(await daemon.stopProcess(), 0);
  assert.equal(existsSync(daemon.socket), false);
  assert.equal(existsSync(join(daemon.directory, 'pid')), false);
});

test('a second daemon gets neither the socket nor the data root', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  const sameSocket = await daemon.inNamespace(berthd, [...flags('second'), '-H', daemon.host]);
  assert.equal(sameSocket.code, 1);
  assert.match(sameSocket.stderr, /a daemon is answering on unix:\/\/.* already/);

  const other = join(folder, 'other.sock');
  const args = ['-H', `unix://${other}`, '--config-file', join(folder, 'daemon.json')];
  const sameRoot = await daemon.inNamespace(berthd, [...args, '--data-root', daemon.dataRoot]);
  assert.equal(sameRoot.code, 1);
  assert.match(sameRoot.stderr, new RegExp(`in use by another berthd \\(process ${daemon.pid}\\)`));
  assert.equal(existsSync(other), false);
  assert.equal((await daemon.docker(['version'])).code, 0);
});

test('a socket that nobody answers on is replaced, another file is not', async () => {
  const stale = join(folder, 'stale.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(stale)},()=>process.kill(process.pid,'SIGKILL'))`;
  await runCommand(process.execPath, ['-e', script]);
  assert.equal(existsSync(stale), true);
  await using daemon = await TestDaemon.start({ busybox: false, args: ['-H', `unix://${stale}`] });
  const { code } = await runCommand('docker', ['-H', `unix://${stale}`, 'version']);
  assert.equal(code, 0);
  await daemon.stopProcess();

  const file = join(folder, 'file');
  writeFileSync(file, 'precious');
  const refused = await daemon.inNamespace(berthd, [...flags('third'), '-H', `unix://${file}`]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /file exists and is not a socket/);
  assert.equal(readFileSync(file, 'utf8'), 'precious');
});

test('a daemon that was killed is followed by the next', async () => {
  await using daemon = await TestDaemon.start({ busybox: false });
  await daemon.stopProcess('SIGKILL');
  assert.equal(existsSync(daemon.socket), true);
  await daemon.startProcess();
  assert.equal((await daemon.docker(['version'])).code, 0);
});

test('TCP without TLS works when it is asked for', async () => {
  await using daemon = await TestDaemon.start({
    busybox: false,
    args: ['-H', 'tcp://127.0.0.1:23750', '--allow-insecure-tcp'],
  });
  const { code } = await daemon.inNamespace('docker', ['-H', 'tcp://127.0.0.1:23750', 'version']);
  assert.equal(code, 0);
});

test('a socket passed by the service manager is used', async () => {
  const passed = join(folder, 'passed.sock');
  const pid = startWithSocket(passed, [berthd, ...flags('passed'), '-H', 'fd://']);
  try {
    await eventually(async () => {
      const { code } = await runCommand('docker', ['-H', `unix://${passed}`, 'version']);
      return code === 0;
    });
  } finally {
    process.kill(pid, 'SIGTERM');
    await eventually(() => !existsSync(join(folder, 'passed.pid')));
  }
});

/** Starts a program that inherits a listening socket as its descriptor 3, as systemd does it. */
function startWithSocket(socket: string, program: readonly string[]): number {
  const command = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"';
  const script = `
    const { spawn } = require('node:child_process');
    const server = require('node:net').createServer().listen(process.argv[1], () => {
      const stdio = ['ignore', 'ignore', 'ignore', server._handle.fd];
      const child = spawn('unshare', ['--net', ...process.argv.slice(2)], { stdio, detached: true });
      require('node:fs').writeSync(1, String(child.pid));
      process.kill(process.pid, 'SIGKILL');
    });`;
  const args = ['-e', script, '--', socket, 'sh', '-c', command, 'sh', ...program];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return Number(stdout);
}
