import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { linuxHarness } from './kernel-fixture.ts';

const shell = (script: string) => ({ command: '/bin/sh', args: ['-c', script] });

describe('processes', () => {
  it('are started with pipes on any descriptor, both ways', async () => {
    await using harness = linuxHarness();
    const child = await harness.kernel.processes.spawn({
      ...shell('cat <&3; echo done >&3; echo err >&2'),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    child.streams[3]?.write('hello ');
    child.streams[3]?.end('there');
    const [said, failed] = await Promise.all([text(child.streams[3]!), text(child.stderr!)]);
    assert.equal(said, 'done\n');
    assert.equal(failed, 'err\n');
    assert.deepEqual(await child.exit, { code: 0, signal: null });
  });

  it('take open descriptors, a folder and an environment of their own', async () => {
    await using harness = linuxHarness();
    const file = path.join(harness.directory, 'out');
    const descriptor = openSync(file, 'w');
    const child = await harness.kernel.processes.spawn({
      ...shell('pwd; echo "$ONLY-$PATH"'),
      stdio: ['ignore', descriptor, 'ignore'],
      cwd: harness.directory,
      env: { ONLY: 'this', PATH: '/bin' },
    });
    closeSync(descriptor);
    await child.exit;
    assert.equal(readFileSync(file, 'utf8'), `${harness.directory}\nthis-/bin\n`);
  });

  it('reject what cannot be started, by name', async () => {
    await using harness = linuxHarness();
    const { processes } = harness.kernel;
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    await assert.rejects(processes.spawn({ command: '/none', args: [], stdio }), {
      code: 'ENOENT',
      path: '/none',
    });
    await assert.rejects(processes.run('/etc/passwd', []), { code: 'EACCES' });
  });

  it('launched ones leave, and keep the socket on descriptor 3', async () => {
    await using harness = linuxHarness();
    const { processes } = harness.kernel;
    const script =
      '(trap "" HUP; echo "$ONLY $PWD $(ls /proc/self/fd | tr "\\n" " ")"; cat) <&3 >&3 &';
    const env = { ONLY: 'this', PATH: '/bin:/usr/bin' };
    const socket = await processes.launch({ ...shell(script), env, cwd: '/tmp' });
    socket.end('input');
    assert.match(await text(socket), /^this \/tmp 0 1 2 3 4? ?\ninput$/);
    const missing = { command: '/none', args: [], env, cwd: '/' };
    await assert.rejects(processes.launch(missing), { code: 'ENOENT', path: '/none' });
    await assert.rejects(processes.launch({ ...shell(''), env, cwd: '/none' }), { code: 'ENOENT' });
  });

  it('detached ones lead a session of their own', async () => {
    await using harness = linuxHarness();
    const child = await harness.kernel.processes.spawn({
      ...shell('sleep 60'),
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const session = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
    assert.equal(Number(session), child.pid);
    child.kill('SIGKILL');
    assert.deepEqual(await child.exit, { code: null, signal: 'SIGKILL' });
  });

  it('run to their end with input and output, capped at 1 MiB', async () => {
    await using harness = linuxHarness();
    const { processes } = harness.kernel;
    assert.deepEqual(await processes.run('sh', ['-c', 'cat; echo e >&2; exit 3'], { input: 'i' }), {
      code: 3,
      stdout: 'i',
      stderr: 'e\n',
    });
    const large = await processes.run('head', ['-c', '3000000', '/dev/zero']);
    assert.equal(large.stdout.length, 1 << 20);
    assert.equal((await processes.run('sh', ['-c', 'kill -9 $$'])).code, 137);
    assert.equal((await processes.run('true', [], { input: 'unread'.repeat(100_000) })).code, 0);
  });

  it('are killed when the caller gives up', async () => {
    await using harness = linuxHarness();
    const gaveUp = new AbortController();
    const running = harness.kernel.processes.run('sleep', ['60'], { signal: gaveUp.signal });
    setImmediate(() => gaveUp.abort());
    await assert.rejects(running, { name: 'AbortError' });
  });

  it('can be described while they live', async () => {
    await using harness = linuxHarness();
    const { processes } = harness.kernel;
    const own = await processes.describe(process.pid);
    assert.equal(own?.pid, process.pid);
    assert.equal(own?.parentPid, process.ppid);
    assert.ok(own?.arguments[0]?.includes('node'), own?.arguments.join(' '));
    assert.ok((own?.namespaces['net'] ?? 0) > 0 && own?.capabilities.includes('CAP_CHOWN'));
    assert.ok(((await processes.proportionalBytes(process.pid)) ?? 0) > 1_000_000);
    const gone = 2 ** 22 + 1;
    assert.equal(await processes.describe(gone), undefined);
    assert.equal(await processes.proportionalBytes(gone), undefined);
  });

  it('are known by pid and start time while they live', async () => {
    await using harness = linuxHarness();
    const { processes } = harness.kernel;
    const child = await processes.spawn({
      ...shell('read x'),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const info = processes.info(child.pid);
    assert.equal(info?.parentPid, process.pid);
    assert.ok(processes.list().some((entry) => entry.startTime === info?.startTime));
    assert.equal(processes.kill(child.pid, 0), true);
    child.streams[0]?.end('\n');
    await child.exit;
    assert.equal(processes.info(child.pid), undefined);
    assert.equal(processes.kill(child.pid, 'SIGTERM'), false);
  });
});

describe('datagrams', () => {
  it('reach a unix socket by path and by abstract name', async () => {
    await using harness = linuxHarness();
    const { host, processes } = harness.kernel;
    const abstract = `@berth-test-${process.pid}`;
    const file = path.join(harness.directory, 'notify');
    for (const address of [file, abstract]) {
      const script = `use Socket; my $path = shift; $path =~ s/^@/\\0/; $| = 1;
        socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!; bind(S, pack_sockaddr_un($path)) or die $!;
        print "bound\\n"; recv(S, my $text, 100, 0); print $text;`;
      const receiver = await processes.spawn({
        command: 'perl',
        args: ['-e', script, address],
        stdio: ['ignore', 'pipe', 2],
      });
      await once(receiver.streams[1]!, 'readable');
      host.sendDatagram(address, 'READY=1');
      assert.match(await text(receiver.streams[1]!), /READY=1/);
    }
    const nobody = () => host.sendDatagram(path.join(harness.directory, 'none'), 'x');
    assert.throws(nobody, { code: 'ENOENT', syscall: 'sendto' });
    assert.throws(() => host.sendDatagram('x'.repeat(200), 'x'), { code: 'ENAMETOOLONG' });
  });
});
