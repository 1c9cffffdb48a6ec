import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ContainerInspectResponse } from '@berth/engine-api';
import { createEngineClient, type EngineClient } from '@berth/engine-client';
import { eventually, TestDaemon } from '@berth/testing';

/** A daemon that is killed while it looks after running containers: health, limits, commits, logs, taking over. */

let daemon: TestDaemon;
let client: EngineClient;

before(async () => {
  daemon = await TestDaemon.start();
  client = createEngineClient({ host: daemon.host });
});
after(() => daemon[Symbol.asyncDispose]());

const inspect = (name: string): Promise<ContainerInspectResponse> =>
  client.json('GET', `/containers/${name}/json`);

/** The next daemon dies at `point`, which `work` leads to; the one after that is left running. */
async function killedAt(point: string, work: () => Promise<unknown> = async () => undefined) {
  await daemon.stopProcess();
  const starting = daemon.startProcess([], { BERTH_FAULT_POINT: point });
  // It may die before it serves.
  if (
    await starting.then(
      () => true,
      () => false,
    )
  )
    await work().catch(() => undefined);
  await eventually(() => assert.equal(daemon.running, false, `${point} was not reached`));
  assert.equal(await daemon.ended(), 'SIGKILL');
  await daemon.startProcess();
}

async function run(name: string, ...options: string[]): Promise<void> {
  await daemon.dockerOk(['run', '-d', '--name', name, ...options, 'busybox', 'sleep', '1000']);
}

for (const point of ['health.probed', 'health.recorded']) {
  test(`${point}: the next daemon finds out the health and says so`, async () => {
    const name = point.replace('.', '-');
    await killedAt(point, () => run(name, '--health-cmd', 'true', '--health-interval', '100ms'));
    await eventually(async () => {
      const { State } = await inspect(name);
      assert.equal(State?.Health?.Status, 'healthy');
      assert.ok((State?.Health?.Log ?? []).length > 0);
    });
    await daemon.dockerOk(['rm', '-f', name]);
  });
}

for (const point of ['update.planned', 'update.applied']) {
  test(`${point}: limits in the kernel are those of the record`, async () => {
    await run('limited', '--memory', '32m', '--memory-swap', '64m');
    await killedAt(point, () =>
      daemon.docker(['update', '--memory', '48m', '--restart', 'always', 'limited']),
    );
    const { HostConfig, State } = await inspect('limited');
    assert.equal(HostConfig?.Memory, 48 << 20);
    assert.equal(HostConfig?.RestartPolicy?.Name, 'always');
    assert.equal(memoryLimitOf(State?.Pid ?? 0), 48 << 20);
    await daemon.dockerOk(['rm', '-f', 'limited']);
  });
}

/** What the kernel limits the process to, in bytes: cgroup v1 or v2, whichever the controller is on. */
function memoryLimitOf(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const legacy = lines.find((line) => /^\d+:[^:]*\bmemory\b[^:]*:/.test(line));
  const folder = (legacy ?? lines[0] ?? '').split(':').slice(2).join(':');
  const file =
    legacy === undefined
      ? path.join('/sys/fs/cgroup', folder, 'memory.max')
      : path.join('/sys/fs/cgroup/memory', folder, 'memory.limit_in_bytes');
  return Number(readFileSync(file, 'utf8'));
}

for (const point of ['commit.paused', 'commit.recorded']) {
  test(`commit at ${point}: the container goes on, and the image is there or is not`, async () => {
    await run('source');
    await daemon.dockerOk(['exec', 'source', 'sh', '-c', 'echo changed > /file']);
    await killedAt(point, () => daemon.docker(['commit', 'source', 'copy']));
    await eventually(async () => assert.equal((await inspect('source')).State?.Status, 'running'));
    assert.equal(await daemon.dockerOk(['exec', 'source', 'cat', '/file']), 'changed');
    const images = await daemon.dockerOk(['images', '-q', 'copy']);
    assert.equal(images !== '', /recorded/.test(point));
    if (images !== '') {
      const text = await daemon.dockerOk(['run', '--rm', 'copy', 'cat', '/file']);
      assert.equal(text, 'changed');
      await daemon.dockerOk(['rmi', 'copy']);
    }
    await daemon.dockerOk(['rm', '-f', 'source']);
  });
}

test('log.sent: a log that goes elsewhere loses nothing', async () => {
  const received: string[] = [];
  const socket = path.join(daemon.directory, 'syslog.sock');
  const server = createServer((connection) => {
    connection.on('data', (data) => received.push(data.toString())).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const options = ['--log-driver', 'syslog', '--log-opt', `syslog-address=unix://${socket}`];
    const lines = 'i=0; while [ $i -lt 300 ]; do echo line-$i.; i=$((i+1)); done; sleep 1000';
    await killedAt('log.sent', () =>
      daemon.docker(['run', '-d', '--name', 'told', ...options, 'busybox', 'sh', '-c', lines]),
    );
    await eventually(async () => {
      const text = received.join('');
      for (let index = 0; index < 300; index++) assert.ok(text.includes(`line-${index}.`));
    });
    await daemon.dockerOk(['rm', '-f', 'told']);
  } finally {
    server.close();
  }
});

for (const point of ['reconcile.adopted', 'reconcile.settled']) {
  test(`${point}: killed while it takes containers over`, async () => {
    await run('kept', '-p', '80', '-v', '/data', '--restart', 'always');
    const { State, NetworkSettings } = await inspect('kept');
    await daemon.stopProcess('SIGKILL');
    await killedAt(point);
    const after = await inspect('kept');
    assert.equal(after.State?.Pid, State?.Pid);
    assert.deepEqual(after.NetworkSettings?.Ports, NetworkSettings?.Ports);
    assert.equal(await daemon.dockerOk(['exec', 'kept', 'echo', 'yes']), 'yes');
    await daemon.dockerOk(['rm', '-f', '-v', 'kept']);
  });
}
