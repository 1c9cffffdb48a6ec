import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';
import { LoopFileSystem } from '../integration/loop-file-system.ts';

let disk: LoopFileSystem;
let daemon: TestDaemon;
before(async () => {
  disk = new LoopFileSystem('btrfs', 512);
  daemon = await TestDaemon.start({
    dataRoot: path.join(disk.path, 'data'),
    args: ['--storage-driver', 'btrfs', '--storage-opt', 'btrfs.min_space=16M'],
  });
});
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

test('a daemon on btrfs runs, tells differences, commits, and says what it uses', async () => {
  const info = JSON.parse(await daemon.dockerOk(['info', '-f', '{{json .}}']));
  assert.deepEqual([info.Driver, info.DriverStatus], ['btrfs', [['Btrfs', '']]]);
  await daemon.dockerOk([
    'run',
    '--name',
    'one',
    'busybox',
    'sh',
    '-c',
    'echo x > /made; rm /bin/cat',
  ]);
  assert.deepEqual((await daemon.dockerOk(['diff', 'one'])).split('\n').sort(), [
    'A /made',
    'C /bin',
    'D /bin/cat',
  ]);
  await daemon.dockerOk(['commit', 'one', 'committed:1']);
  const seen = await daemon.dockerOk([
    'run',
    '--rm',
    'committed:1',
    'sh',
    '-c',
    'read x < /made; echo $x; ls /bin | grep -c "^cat$" || true',
  ]);
  assert.equal(seen, 'x\n0');
  assert.match(
    await daemon.dockerOk([
      'inspect',
      '-f',
      '{{.GraphDriver.Name}} {{.GraphDriver.Data.Dir}}',
      'one',
    ]),
    /^btrfs .*\/btrfs\/[0-9a-f]{64}\/fs$/,
  );
  const check = await daemon.berth(['system', 'check']);
  assert.match(check.stdout, /all is well/);
  await daemon.dockerOk(['rm', 'one']);
  await daemon.dockerOk(['rmi', 'committed:1']);
});

test('--storage-opt size limits a container, also after a restart of the daemon', async () => {
  const write = ['sh', '-c', 'dd if=/dev/zero of=/big bs=1M count=48 && sync'];
  await daemon.dockerOk([
    'create',
    '--name',
    'limited',
    '--storage-opt',
    'size=32M',
    'busybox',
    ...write,
  ]);
  const seen = await daemon.dockerOk([
    'inspect',
    '-f',
    '{{json .HostConfig.StorageOpt}}',
    'limited',
  ]);
  assert.equal(seen, '{"size":"32M"}');
  await daemon.stopProcess();
  await daemon.startProcess();
  const limited = await daemon.docker(['start', '-a', 'limited']);
  assert.notEqual(limited.code, 0);
  assert.match(limited.stderr, /Disk quota exceeded/);
  const file = path.join(disk.path, 'file');
  writeFileSync(file, Buffer.alloc(48 << 20));
  const copied = await daemon.docker(['cp', file, 'limited:/copied']);
  assert.match(copied.stderr, /no space left on device while copying files/);
  await daemon.dockerOk(['run', '--rm', 'busybox', ...write]);
  await daemon.dockerOk(['rm', 'limited']);
  const refused = await daemon.docker(['create', '--storage-opt', 'size=1X', 'busybox']);
  assert.match(refused.stderr, /invalid size: '1X'/);
  const small = await daemon.docker(['create', '--storage-opt', 'size=15M', 'busybox']);
  assert.match(small.stderr, /btrfs: storage size cannot be less than 16\.78MB/);
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
});
