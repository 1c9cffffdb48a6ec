import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually, runCommand, TestDaemon } from '@berth/testing';
import { SmallDisk } from './small-disk.ts';

const noSpace = /no space left on device/;
const printForEver = ['sh', '-c', 'i=0; while true; do echo $i; i=$((i+1)); sleep 0.02; done'];

test('a daemon whose data root is full says so, loses nothing, and goes on', async (t) => {
  using disk = SmallDisk.ext4(64);
  await using daemon = await TestDaemon.start({ dataRoot: path.join(disk.path, 'data') });
  const { docker, dockerOk } = bound(daemon);
  const namesOf = (format: string) => dockerOk('ps', '-a', '--format', format);
  await dockerOk('run', '-d', '--name', 'keeper', '-v', 'kept:/data', 'busybox', ...printForEver);
  await dockerOk('create', '--name', 'spare', 'busybox', 'true');
  await dockerOk('tag', 'busybox', 'spare:1');
  const archive = await archiveOf(daemon);

  await t.test('content that does not fit is refused and leaves nothing', async () => {
    for (const command of ['load', 'import -']) {
      const { code, stderr } = await inShell(daemon, `${archive.big} | docker ${command}`);
      assert.notEqual(code, 0, command);
      assert.match(stderr, noSpace, command);
    }
    assert.deepEqual(readdirSync(path.join(daemon.dataRoot, 'content/ingest')), []);
    await eventually(() => {
      for (const name of ['drafts', 'trash']) {
        assert.deepEqual(readdirSync(path.join(daemon.dataRoot, 'overlay2', name)), []);
      }
    });
  });

  disk.fill();
  await t.test('what needs space fails with a clear error and leaves nothing', async () => {
    const before = {
      ps: await namesOf('{{.Names}}'),
      volumes: await dockerOk('volume', 'ls', '-q'),
    };
    const copyUp = await docker('create', '--name', 'no', '-v', 'no:/bin', 'busybox');
    assert.match(copyUp.stderr, noSpace);
    assert.equal(await namesOf('{{.Names}}'), before.ps);
    assert.equal(await dockerOk('volume', 'ls', '-q'), before.volumes);
    assert.equal(existsSync(path.join(daemon.dataRoot, 'volumes/no')), false);
    const write = await docker('exec', 'keeper', 'dd', 'if=/dev/zero', 'of=/x', 'bs=1M', 'count=9');
    assert.match(write.stderr, /No space left on device/);
    await dockerOk('exec', 'keeper', 'rm', '/x');
  });

  disk.fill();
  await t.test('containers run, are watched and told of truly', async () => {
    assert.equal(await dockerOk('exec', 'keeper', 'echo', 'here'), 'here');
    assert.match(await dockerOk('ps', '--format', '{{.Names}} {{.Status}}'), /^keeper Up/);
    await dockerOk('stop', '-t', '0', 'keeper');
    assert.match(await namesOf('{{.Names}} {{.Status}}'), /keeper Exited \(137\)/);
  });

  disk.fill();
  await t.test('the daemon can be killed and started again', async () => {
    await daemon.stopProcess('SIGKILL');
    await daemon.startProcess();
    assert.match(await namesOf('{{.Names}} {{.Status}}'), /keeper Exited \(137\)/);
    await daemon.stopProcess();
    disk.fill();
    await daemon.startProcess();
    assert.match(await namesOf('{{.Names}} {{.Status}}'), /keeper Exited \(137\)/);
  });

  disk.fill();
  await t.test('containers and images can be removed', async () => {
    await dockerOk('rm', 'spare');
    await dockerOk('rmi', 'spare:1');
    assert.equal(await namesOf('{{.Names}}'), 'keeper');
  });

  disk.free();
  await t.test('with space again everything works, and nothing was lost', async () => {
    await dockerOk('start', 'keeper');
    assert.equal(await dockerOk('exec', 'keeper', 'ls', '-d', '/data'), '/data');
    assert.equal(await dockerOk('run', '--rm', '-v', 'new:/bin', 'busybox', 'echo', 'yes'), 'yes');
    const small = await inShell(daemon, `${archive.small} | docker load`);
    assert.equal(small.code, 0, small.stderr);
    const index = readFileSync(path.join(daemon.dataRoot, 'content/index.json'), 'utf8');
    assert.equal((JSON.parse(index) as { manifests: unknown[] }).manifests.length, 1);
  });
});

test('a container that prints more than fits is neither held up nor its exit lost', async () => {
  using disk = SmallDisk.ext4(32);
  await using daemon = await TestDaemon.start({ dataRoot: path.join(disk.path, 'data') });
  const { dockerOk } = bound(daemon);
  const script = 'yes | head -c 1500000; exit 5';
  await dockerOk('run', '-d', '--name', 'loud', 'busybox', 'sh', '-c', script);
  assert.equal(await dockerOk('wait', 'loud'), '5');
  const id = await dockerOk('inspect', '-f', '{{.Id}}', 'loud');
  const log = readFileSync(path.join(daemon.dataRoot, `containers/${id}/${id}-json.log`), 'utf8');
  for (const line of log.trimEnd().split('\n').slice(-3)) assert.equal(JSON.parse(line).log, 'y\n');
  await dockerOk('rm', 'loud');
  assert.equal(await dockerOk('run', '--rm', 'busybox', 'echo', 'yes'), 'yes');
});

test('a full exec root keeps containers from starting, and no exit is lost', async () => {
  using disk = SmallDisk.tmpfs(4);
  await using daemon = await TestDaemon.start({ execRoot: path.join(disk.path, 'exec') });
  const { docker, dockerOk } = bound(daemon);
  await dockerOk('run', '-d', '--name', 'waits', 'busybox', 'sh', '-c', 'sleep 1000; exit 3');
  await dockerOk('create', '--name', 'next', 'busybox', 'true');
  disk.fill();
  const start = await docker('start', 'next');
  assert.notEqual(start.code, 0);
  assert.match(start.stderr, noSpace);
  assert.match(await dockerOk('ps', '-a', '--format', '{{.Names}} {{.Status}}'), /next Created/);
  process.kill(Number(await dockerOk('inspect', '-f', '{{.State.Pid}}', 'waits')), 'SIGKILL');
  disk.free();
  await eventually(async () => {
    assert.equal(await dockerOk('inspect', '-f', '{{.State.ExitCode}}', 'waits'), '137');
  });
  await dockerOk('start', 'next');
  assert.equal(await dockerOk('wait', 'next'), '0');
});

function bound(daemon: TestDaemon) {
  return {
    docker: (...args: string[]) => daemon.docker(args),
    dockerOk: (...args: string[]) => daemon.dockerOk(args),
  };
}

function inShell(daemon: TestDaemon, script: string) {
  const env = { DOCKER_HOST: daemon.host, DOCKER_CONFIG: daemon.directory };
  return runCommand('sh', ['-c', script], { env });
}

/** Commands that print an image's archive: the one in the daemon, and one larger than the disk. */
async function archiveOf(daemon: TestDaemon): Promise<{ small: string; big: string }> {
  const file = path.join(daemon.directory, 'busybox.tar');
  await daemon.dockerOk(['save', '-o', file, 'busybox']);
  const tree = path.join(daemon.directory, 'tree');
  const make = `mkdir ${tree}; head -c 90000000 /dev/urandom > ${tree}/random; tar -xf ${file} -C ${tree}`;
  await runCommand('sh', ['-c', make]);
  return { small: `cat ${file}`, big: `tar -C ${tree} -c .` };
}
