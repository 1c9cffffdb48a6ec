import assert from 'node:assert/strict';
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
    args: ['--storage-driver', 'btrfs'],
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
