import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const status = (name: string) =>
  daemon.dockerOk(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name]);

test('create, start, stop, start again, remove', async () => {
  const id = await daemon.dockerOk([
    'create',
    '--name',
    'life',
    'busybox',
    'sh',
    '-c',
    'trap "exit 3" TERM; echo set; sleep 1000 & wait',
  ]);
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(await status('life'), 'created 0');
  assert.equal(await daemon.dockerOk(['start', 'life']), 'life');
  assert.equal(await status('life'), 'running 0');
  // A first process without a handler of its own ignores the signal.
  await eventually(async () => assert.match(await daemon.dockerOk(['logs', 'life']), /set/));
  await daemon.dockerOk(['stop', 'life']);
  assert.equal(await status('life'), 'exited 3');
  await daemon.dockerOk(['start', 'life']);
  const refused = await daemon.docker(['rm', 'life']);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /cannot remove container "\/?life": container is running: stop the container before removing or force remove/,
  );
  await daemon.dockerOk(['rm', '-f', 'life']);
  assert.match((await daemon.docker(['inspect', 'life'])).stderr, /No such object: life/);
});

test('overlay2 has no sizes of containers and says so', async () => {
  const refused = await daemon.docker(['create', '--storage-opt', 'size=1G', 'busybox']);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /--storage-opt is supported only for overlay over xfs with 'pquota' mount option/,
  );
  assert.doesNotMatch(await daemon.dockerOk(['ps', '-a', '--format', '{{.Status}}']), /Created/);
});

test('a container that ignores the stop signal is killed after the timeout', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'stubborn',
    'busybox',
    'sh',
    '-c',
    'trap "" TERM; exec sleep 1000',
  ]);
  await daemon.dockerOk(['stop', '-t', '1', 'stubborn']);
  assert.equal(await status('stubborn'), 'exited 137');
  await daemon.dockerOk(['rm', 'stubborn']);
});

test('kill, signals by name and number, restart, rename', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'sig',
    '--stop-signal',
    'USR1',
    'busybox',
    'sh',
    '-c',
    'trap "echo usr1; exit 4" USR1; trap "echo hup" HUP; echo set; while :; do sleep 0.1; done',
  ]);
  await eventually(async () => assert.match(await daemon.dockerOk(['logs', 'sig']), /set/));
  await daemon.dockerOk(['kill', '-s', 'HUP', 'sig']);
  await eventually(async () => assert.match(await daemon.dockerOk(['logs', 'sig']), /hup/));
  await daemon.dockerOk(['restart', 'sig']);
  assert.match(await daemon.dockerOk(['logs', 'sig']), /usr1/);
  await daemon.dockerOk(['rename', 'sig', 'gis']);
  await daemon.dockerOk(['kill', '--signal', '9', 'gis']);
  assert.equal(await status('gis'), 'exited 137');
  assert.match(
    (await daemon.docker(['kill', 'gis'])).stderr,
    /cannot kill container: gis: container [0-9a-f]{64} is not running/,
  );
  assert.match(
    (await daemon.docker(['kill', '-s', 'NOPE', 'gis'])).stderr,
    /[Ii]nvalid signal: NOPE/,
  );
  await daemon.dockerOk(['rm', 'gis']);
});

test('wait, by each condition', async () => {
  await daemon.dockerOk(['run', '-d', '--name', 'ww', 'busybox', 'sh', '-c', 'sleep 0.4; exit 6']);
  assert.equal(await daemon.dockerOk(['wait', 'ww']), '6');
  assert.equal(await daemon.dockerOk(['wait', 'ww']), '6');
  await daemon.dockerOk(['rm', 'ww']);
});

test('logs: streams, tail, since, timestamps, follow', async () => {
  await daemon.dockerOk([
    'run',
    '--name',
    'talk',
    'busybox',
    'sh',
    '-c',
    'for i in 1 2 3 4 5; do echo out$i; done; echo err >&2',
  ]);
  const all = await daemon.docker(['logs', 'talk']);
  assert.equal(all.stdout, 'out1\nout2\nout3\nout4\nout5\n');
  assert.equal(all.stderr, 'err\n');
  assert.equal((await daemon.docker(['logs', '--tail', '2', 'talk'])).stdout, 'out5\n');
  assert.match(
    (await daemon.docker(['logs', '-t', 'talk'])).stdout,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out1\n/,
  );
  assert.equal((await daemon.docker(['logs', '--since', '2099-01-01', 'talk'])).stdout, '');
  assert.equal((await daemon.docker(['logs', '--until', '2001-01-01', 'talk'])).stdout, '');
  const follow = await daemon.docker(['logs', '-f', 'talk']);
  assert.match(follow.stdout, /out5\n$/);
  await daemon.dockerOk(['rm', 'talk']);
});

test('logs -f follows until the container ends', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'slow',
    'busybox',
    'sh',
    '-c',
    'for i in 1 2 3; do echo $i; sleep 0.2; done',
  ]);
  assert.equal((await daemon.docker(['logs', '-f', 'slow'])).stdout, '1\n2\n3\n');
  await daemon.dockerOk(['rm', 'slow']);
});

test('log rotation keeps what it should', async () => {
  await daemon.dockerOk([
    'run',
    '--name',
    'rot',
    '--log-opt',
    'max-size=10k',
    '--log-opt',
    'max-file=3',
    'busybox',
    'seq',
    '5000',
  ]);
  const lines = (await daemon.docker(['logs', 'rot'])).stdout.trim().split('\n');
  assert.equal(lines.at(-1), '5000');
  assert.ok(lines.length > 50 && lines.length < 5000, `${lines.length} lines`);
  await daemon.dockerOk(['rm', 'rot']);
});

test('attach sees what comes and detaches by keys', async () => {
  await daemon.dockerOk(['run', '-dit', '--name', 'att', 'busybox', 'sh']);
  const script = ['-qec', 'docker attach att', '/dev/null'];
  const attached = spawn('script', script, {
    env: { ...process.env, DOCKER_HOST: daemon.host, TERM: 'xterm' },
  });
  let output = '';
  attached.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => attached.once('exit', resolve));
  attached.stdin.write('echo $((40+2))\n');
  await eventually(() => assert.match(output, /42/));
  attached.stdin.write('\x10\x11');
  await ended;
  assert.match(output, /read escape sequence/);
  assert.equal(await status('att'), 'running 0');
  await daemon.dockerOk(['rm', '-f', 'att']);
});

test('run forwards signals and start -a gives the exit code', async () => {
  const run = spawn(
    'docker',
    [
      'run',
      '--name',
      'fwd',
      'busybox',
      'sh',
      '-c',
      'trap "echo got; exit 12" TERM; echo up; while :; do sleep 0.1; done',
    ],
    {
      env: { ...process.env, DOCKER_HOST: daemon.host },
    },
  );
  const ended = new Promise<number | null>((resolve) => run.once('exit', (code) => resolve(code)));
  await new Promise((resolve) => run.stdout.once('data', resolve));
  run.kill('SIGTERM');
  assert.equal(await ended, 12);
  await daemon.dockerOk(['rm', 'fwd']);
  await daemon.dockerOk(['create', '--name', 'again', 'busybox', 'sh', '-c', 'echo hi; exit 5']);
  const started = await daemon.docker(['start', '-a', 'again']);
  assert.deepEqual([started.code, started.stdout], [5, 'hi\n']);
  await daemon.dockerOk(['rm', 'again']);
});

test('list: filters, limits, formats', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'f1',
    '--label',
    'tier=web',
    'busybox',
    'sleep',
    '600',
  ]);
  await daemon.docker([
    'run',
    '--name',
    'f2',
    '--label',
    'tier=db',
    'busybox',
    'sh',
    '-c',
    'exit 3',
  ]);
  await daemon.dockerOk(['create', '--name', 'f3', 'busybox']);
  const names = async (...filters: string[]) =>
    (
      await daemon.dockerOk([
        'ps',
        '-a',
        '--format',
        '{{.Names}}',
        ...filters.flatMap((filter) => ['-f', filter]),
      ])
    )
      .split('\n')
      .filter(Boolean)
      .sort();
  assert.deepEqual(await names(), ['f1', 'f2', 'f3']);
  assert.deepEqual(await names('status=running'), ['f1']);
  assert.deepEqual(await names('status=exited', 'status=created'), ['f2', 'f3']);
  assert.deepEqual(await names('exited=3'), ['f2']);
  assert.deepEqual(await names('label=tier'), ['f1', 'f2']);
  assert.deepEqual(await names('label=tier=db'), ['f2']);
  assert.deepEqual(await names('name=f[12]'), ['f1', 'f2']);
  assert.deepEqual(await names('ancestor=busybox'), ['f1', 'f2', 'f3']);
  assert.deepEqual(await names('before=f2'), ['f1']);
  assert.deepEqual(await names('since=f2'), ['f3']);
  assert.deepEqual(await names('network=bridge', 'status=running'), ['f1']);
  assert.match((await daemon.docker(['ps', '-f', 'nope=1'])).stderr, /invalid filter 'nope'/);
  assert.equal(
    await daemon.dockerOk(['ps', '-lq', '--no-trunc']),
    await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'f3']),
  );
  assert.match(
    await daemon.dockerOk(['ps', '-a', '-f', 'name=f2', '--format', '{{.Status}}']),
    /^Exited \(3\) /,
  );
  assert.match(await daemon.dockerOk(['top', 'f1']), /sleep 600/);
  assert.match(await daemon.dockerOk(['top', 'f1', '-o', 'pid,comm']), /PID +COMMAND[\s\S]*sleep/);
  const pruned = await daemon.dockerOk(['container', 'prune', '-f']);
  assert.match(pruned, /Deleted Containers:/);
  assert.deepEqual(await names(), ['f1']);
  await daemon.dockerOk(['rm', '-f', 'f1']);
});

test('namespaces of other containers', async () => {
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'host1',
    '--ipc',
    'shareable',
    'busybox',
    'sh',
    '-c',
    'echo shared > /dev/shm/x; sleep 600',
  ]);
  const join = (flag: string, script: string) =>
    daemon.dockerOk(['run', '--rm', flag, 'container:host1', 'busybox', 'sh', '-c', script]);
  assert.match(await join('--pid', 'ps'), /sleep 600/);
  assert.equal(await join('--ipc', 'cat /dev/shm/x'), 'shared');
  const address = await daemon.dockerOk(['exec', 'host1', 'hostname', '-i']);
  assert.equal(await join('--network', 'hostname -i'), address);
  await daemon.dockerOk(['rm', '-f', 'host1']);
});

test('diff and export', async () => {
  await daemon.dockerOk([
    'run',
    '--name',
    'changed',
    'busybox',
    'sh',
    '-c',
    'echo x > /etc/new; rm /etc/group; mkdir /d',
  ]);
  const diff = (await daemon.dockerOk(['diff', 'changed'])).split('\n').sort();
  assert.deepEqual(diff, ['A /d', 'A /etc/new', 'C /etc', 'D /etc/group']);
  const listing = await daemon.inNamespace('sh', ['-c', 'docker export changed | tar t'], {
    env: { DOCKER_HOST: daemon.host },
  });
  assert.match(listing.stdout, /^etc\/new$/m);
  assert.doesNotMatch(listing.stdout, /^etc\/group$/m);
  await daemon.dockerOk(['rm', 'changed']);
});

test('export of a running container leaves mounts out; import makes an image of it', async () => {
  const env = { DOCKER_HOST: daemon.host };
  await daemon.dockerOk([
    ...['run', '-d', '--name', 'live', '-v', 'kept:/data', 'busybox', 'sh', '-c'],
    'echo in > /data/volume; mkdir -p /a/b; ln -s b /a/link; rm -r /home; sleep 600',
  ]);
  await eventually(() => daemon.dockerOk(['exec', 'live', 'test', '!', '-e', '/home']));
  const { stdout } = await daemon.inNamespace('sh', ['-c', 'docker export live | tar t'], { env });
  const names = stdout.trim().split('\n');
  assert.ok(names.includes('etc/passwd') && names.includes('a/link') && names.includes('data/'));
  const foreign = /^(\.\/|\/|data\/.|proc\/.|sys\/.|home|dev\/(pts|shm)\/.)/;
  assert.deepEqual(
    names.filter((name) => foreign.test(name)),
    [],
  );
  await daemon.inNamespace('sh', ['-c', 'docker export live | docker import - copy'], { env });
  assert.equal(await daemon.dockerOk(['run', '--rm', 'copy', 'readlink', '/a/link']), 'b');
  await daemon.inNamespace('sh', ['-c', 'docker export live | head -c 100 > /dev/null'], { env });
  await daemon.dockerOk(['rm', '-f', 'live']);
  await daemon.dockerOk(['volume', 'rm', 'kept']);
  await daemon.dockerOk(['rmi', 'copy']);
});
