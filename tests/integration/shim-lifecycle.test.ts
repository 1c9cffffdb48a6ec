import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readExitFile } from '@berth/runtime/shim/index.ts';
import { eventually } from '@berth/testing';
import { readAll, readLog, ShimFixture, unframe } from './shim-fixture.ts';

let fixture: ShimFixture;
before(async () => {
  fixture = await ShimFixture.create();
});
after(() => fixture[Symbol.asyncDispose]());

const outputs = { stdin: false, stdout: true, stderr: true };

function isAlive(pid: number): boolean {
  const info = fixture.processes.info(pid);
  return info !== undefined && info.state !== 'Z';
}

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0.*$/s, '');
}

/** The guard of a shim is its child besides the container. */
function guardOf(shimPid: number): number {
  const guard = fixture.processes
    .list()
    .find((info) => info.parentPid === shimPid && info.command === 'berth-guard');
  assert.ok(guard !== undefined);
  return guard.pid;
}

test('titles tell shim, guard and container', async () => {
  const { shim, id } = await fixture.run({ args: ['sleep', '1000'] });
  assert.equal(commandLine(shim.shimPid), `berth-shim ${id.slice(0, 12)}`);
  assert.equal(commandLine(guardOf(shim.shimPid)), `berth-shim-guard ${id.slice(0, 12)}`);
  await shim.shutdown();
  await shim.gone;
});

test('SIGTERM does not end a shim', async () => {
  const { shim } = await fixture.run({ args: ['sleep', '1000'] });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGPIPE', 'SIGUSR1'] as const)
    fixture.processes.kill(shim.shimPid, signal);
  assert.equal((await shim.state()).phase, 'running');
  await shim.shutdown();
  assert.equal((await shim.exit).code, 137);
});

test('SIGKILL of the shim ends its container and is reported as a loss', async () => {
  const { shim, bundle, id, exitFile } = await fixture.launch({ args: ['sleep', '1000'] });
  const { pid } = await shim.start();
  fixture.processes.kill(shim.shimPid, 'SIGKILL');
  const exit = await shim.exit;
  assert.deepEqual([exit.lost, exit.code, exit.signal], [true, 137, 9]);
  await shim.gone;
  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(join(bundle, 'shim.sock')), false);
  assert.equal(existsSync(join(fixture.folder, 'state', id)), false);
  assert.equal(await readExitFile(exitFile), undefined);
});

test('SIGKILL of the shim while the container starts leaves nothing', async () => {
  for (const pause of [0, 5, 10, 15, 20, 25, 30, 40]) {
    const { shim, id } = await fixture.launch({ args: ['sleep', '1000'] });
    const started = shim.start().catch(() => undefined);
    await delay(pause);
    fixture.processes.kill(shim.shimPid, 'SIGKILL');
    await started;
    await shim.gone;
    await eventually(() => assert.equal(processesIn(id).length, 0));
    assert.equal(existsSync(join(fixture.folder, 'state', id)), false);
  }
});

function processesIn(id: string): string[] {
  try {
    return readFileSync(`/sys/fs/cgroup/pids/berth-test/${id}/cgroup.procs`, 'utf8')
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}

test('a guard that is killed is replaced', async () => {
  const { shim } = await fixture.launch({ args: ['sleep', '1000'] });
  const { pid } = await shim.start();
  const first = guardOf(shim.shimPid);
  fixture.processes.kill(first, 'SIGKILL');
  await eventually(() => assert.notEqual(guardOf(shim.shimPid), first));
  assert.equal((await shim.state()).phase, 'running');
  fixture.processes.kill(shim.shimPid, 'SIGKILL');
  assert.equal((await shim.exit).lost, true);
  assert.equal(isAlive(pid), false);
});

test('a dropped connection changes nothing; a new one takes over, log and exit included', async () => {
  const { shim, bundle, logPath, exitFile } = await fixture.run({
    args: [
      'sh',
      '-c',
      'read go; i=0; while [ $i -lt 20 ]; do echo line$i; i=$((i+1)); done; exit 4',
    ],
    stdin: 'open',
  });
  shim.close();
  const adopted = await fixture.launcher.adopt(bundle);
  assert.equal(adopted.shimPid, shim.shimPid);
  const stream = await adopted.attach({ ...outputs, stdin: true });
  const output = readAll(stream);
  stream.write('go\n');
  const exit = await adopted.exit;
  assert.equal(exit.code, 4);
  assert.deepEqual(await readExitFile(exitFile), exit);
  assert.match(unframe(await output).stdout, /line19\n$/);
  const expected = Array.from({ length: 20 }, (_, index) => `line${index}\n`).join('');
  assert.equal((await readLog(logPath)).stdout, expected);
  await adopted.gone;
});

test('a container that ends while nobody is connected leaves its exit file', async () => {
  const { shim, bundle, exitFile, logPath } = await fixture.run({
    args: ['sh', '-c', 'sleep 0.2; echo bye; exit 6'],
  });
  shim.close();
  await eventually(async () => assert.equal((await readExitFile(exitFile))?.code, 6));
  await eventually(() => assert.equal(existsSync(join(bundle, 'shim.sock')), false));
  assert.equal((await readLog(logPath)).stdout, 'bye\n');
});

test('the death of the launching process leaves a running container alone and ends a held one', async () => {
  const script = `
    import { ShimFixture } from ${JSON.stringify(join(import.meta.dirname, 'shim-fixture.ts'))};
    const fixture = await ShimFixture.create();
    const running = await fixture.run({ args: ['sleep', '1000'] });
    const held = await fixture.launch({ args: ['sleep', '1000'] });
    console.log(JSON.stringify({ folder: fixture.folder, running: running.bundle, held: held.bundle, heldPid: held.shim.shimPid }));
    process.kill(process.pid, 'SIGKILL');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { folder, running, held, heldPid } = JSON.parse(
    (await readAll(child.stdout as never)).toString(),
  );
  await eventually(() => assert.equal(isAlive(heldPid), false));
  assert.equal(existsSync(join(held, 'shim.sock')), false);
  const adopted = await fixture.launcher.adopt(running);
  assert.equal((await adopted.state()).phase, 'running');
  await adopted.kill('container', 15);
  await adopted.kill('container', 9);
  assert.equal((await adopted.exit).code, 137);
  await adopted.gone;
  await fixture.processes.run('/bin/rm', ['-rf', folder]);
});

test('a bundle path beyond the limit of unix addresses', async () => {
  await using deep = await ShimFixture.create();
  const folder = join(deep.folder, 'a'.repeat(100), 'b'.repeat(100));
  await mkdir(folder, { recursive: true });
  const { shim, bundle } = await deep.launch({ args: ['cat'], tty: true, stdin: 'open', folder });
  const stream = await shim.attach({ stdin: true, stdout: true, stderr: true });
  await shim.start();
  const adopted = await deep.launcher.adopt(bundle);
  assert.equal((await adopted.state()).phase, 'running');
  adopted.close();
  stream.write('x\x04\x04');
  assert.match((await readAll(stream)).toString(), /x/);
  await shim.kill('container', 9).catch(() => undefined);
  await shim.gone;
});

test('a second shim in the same bundle is refused', async () => {
  const { id, bundle, shim, exitFile } = await fixture.run({ args: ['sleep', '1000'] });
  const runtime = { path: fixture.runtime, root: '/nonexistent', args: [], systemdCgroup: false };
  const log = { driver: 'none', path: '' } as const;
  const options = {
    id,
    bundle,
    runtime,
    log,
    exitFile,
    tty: false,
    openStdin: false,
    stdinOnce: false,
  };
  await assert.rejects(fixture.launcher.launch(options), { code: 'runtime.shim-launch-failed' });
  assert.equal((await shim.state()).phase, 'running');
  await shim.shutdown();
  await shim.gone;
});

test('a held shim ends on shutdown', async () => {
  const { shim, bundle } = await fixture.launch({ args: ['true'] });
  await shim.shutdown();
  await shim.gone;
  assert.equal(existsSync(join(bundle, 'shim.sock')), false);
});

test('garbage on the socket is answered or dropped and harms nobody', async () => {
  const { shim, bundle } = await fixture.run({ args: ['sleep', '1000'] });
  const say = async (bytes: Buffer | string) => {
    const socket = connect(join(bundle, 'shim.sock'));
    socket.on('error', () => undefined);
    socket.end(bytes);
    return (await readAll(socket)).toString();
  };
  assert.match(await say('nonsense\n'), /"ok":false,"error":\{"op":"request","stage":"parse"/);
  assert.match(await say('{"op":"explode","seq":9}\n'), /"seq":9,"ok":false.*"EOPNOTSUPP"/);
  assert.match(await say(Buffer.alloc(100_000, 0x61)), /"stage":"length","errno":"EMSGSIZE"/);
  assert.match(await say('{"op":"start"}\n'), /"EALREADY"/);
  assert.match(await say('{"op":"kill","signal":999}\n'), /"EINVAL"/);
  assert.match(await say('{"op":"resize","rows":1,"cols":1}\n'), /"ENOTTY"/);
  assert.equal((await shim.state()).phase, 'running');
  await shim.shutdown();
  await shim.gone;
  assert.deepEqual(readdirSync(bundle).sort(), ['config.json', 'container.log', 'exit.json']);
});
