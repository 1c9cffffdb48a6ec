import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

const often = ['--health-interval', '150ms', '--health-retries', '2'];

interface Health {
  readonly Status: string;
  readonly FailingStreak: number;
  readonly Log: readonly { readonly ExitCode: number; readonly Output: string }[];
}

async function health(name: string): Promise<Health> {
  const text = await daemon.dockerOk(['inspect', '-f', '{{json .State.Health}}', name]);
  return JSON.parse(text) as Health;
}

async function reaches(name: string, status: string): Promise<Health> {
  let found = await health(name);
  await eventually(async () => {
    found = await health(name);
    assert.equal(found.Status, status, JSON.stringify(found));
  });
  return found;
}

/** Actions of a container up to the second that has ended last. */
async function actions(name: string): Promise<string[]> {
  const range = ['--since', '1h', '--until', '0s', '-f', `container=${name}`];
  return (await daemon.dockerOk(['events', ...range, '--format', '{{.Action}}'])).split('\n');
}

function run(name: string, options: readonly string[], ...command: string[]): Promise<string> {
  return daemon.dockerOk([
    'run',
    '-d',
    '--name',
    name,
    ...often,
    ...options,
    'busybox',
    ...command,
  ]);
}

test('a command decides, its output and the events are kept', async () => {
  const command = 'echo looked; test -e /well';
  await run('cmd', ['--health-cmd', command], 'sleep', '600');
  const sick = await reaches('cmd', 'unhealthy');
  assert.ok(sick.FailingStreak >= 2 && sick.Log.every(({ Output }) => Output === 'looked\n'));
  assert.match(await daemon.dockerOk(['ps', '-f', 'health=unhealthy']), /Up .* \(unhealthy\)/);
  await daemon.dockerOk(['exec', 'cmd', 'touch', '/well']);
  assert.equal((await reaches('cmd', 'healthy')).Log.at(-1)?.ExitCode, 0);
  assert.equal(await daemon.dockerOk(['ps', '-q', '-f', 'health=unhealthy']), '');
  await eventually(async () => assert.equal((await health('cmd')).Log.length, 5));
  await eventually(async () => {
    const events = await actions('cmd');
    for (const action of [
      'health_status: unhealthy',
      'health_status: healthy',
      `exec_create: /bin/sh -c ${command}`,
      `exec_start: /bin/sh -c ${command}`,
      'exec_die',
    ]) {
      assert.ok(events.includes(action), action);
    }
  });
  await daemon.dockerOk(['pause', 'cmd']);
  assert.equal((await health('cmd')).Status, 'unhealthy');
  await daemon.dockerOk(['unpause', 'cmd']);
  await reaches('cmd', 'healthy');
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.equal((await health('cmd')).Status, 'healthy');
  await daemon.dockerOk(['exec', 'cmd', 'rm', '/well']);
  await reaches('cmd', 'unhealthy');
  await daemon.dockerOk(['rm', '-f', 'cmd']);
});

test('commands that hang, are missing or say too much', async () => {
  await run(
    'hang',
    ['--health-cmd', 'echo begun; sleep 60', '--health-timeout', '1s'],
    'sleep',
    '600',
  );
  await run('much', ['--health-cmd', 'yes | head -c 10000'], 'sleep', '600');
  await eventually(async () => {
    const { Status, Log } = await health('hang');
    assert.equal(Status, 'unhealthy');
    const outputs = Log.map(({ Output }) => Output);
    assert.ok(outputs.includes('Health check exceeded timeout (1s): begun\n'), outputs.join());
    assert.ok(Log.every(({ ExitCode }) => ExitCode === -1));
  });
  const much = await reaches('much', 'healthy');
  assert.equal(much.Log[0]?.Output, `${'y\n'.repeat(2048)}...`);
  await daemon.dockerOk(['rm', '-f', 'hang', 'much']);
});

test('tcp and http probes look into the network namespace, and an action follows', async () => {
  const probe = (text: string) => ['--label', `berth.health.probe=${text}`];
  const serve = 'mkdir /w; echo fine >/w/ok; httpd -f -p 127.0.0.1:8080 -h /w';
  await run('http', ['--network', 'none', ...probe('http://:8080/ok')], 'sh', '-c', serve);
  await run('tcp', probe('tcp://:8080'), 'sh', '-c', serve);
  await run('gone', probe('http://:8080/nosuch'), 'sh', '-c', serve);
  await run('shut', probe('tcp://:1'), 'sleep', '600');
  const action = ['--label', 'berth.health.on-unhealthy=restart', ...probe('tcp://:1')];
  await run('again', action, 'sh', '-c', 'trap exit TERM; sleep 600 & wait');
  assert.equal((await reaches('http', 'healthy')).Log.at(-1)?.Output, 'HTTP 200 OK\nfine\n');
  await reaches('tcp', 'healthy');
  assert.match((await reaches('gone', 'unhealthy')).Log.at(-1)?.Output ?? '', /^HTTP 404 /);
  assert.match((await reaches('shut', 'unhealthy')).Log.at(-1)?.Output ?? '', /ECONNREFUSED/);
  await eventually(async () => assert.ok((await actions('again')).includes('restart')));
  const refused = await daemon.docker(['create', ...probe('ftp://:1'), 'busybox']);
  assert.match(refused.stderr, /invalid label berth\.health\.probe/);
  await daemon.dockerOk(['rm', '-f', 'http', 'tcp', 'gone', 'shut', 'again']);
});
