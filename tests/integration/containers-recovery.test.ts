import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { ContainersFixture, fakeClient, unframe } from './containers-fixture.ts';

let fixture: ContainersFixture;
before(async () => {
  fixture = await ContainersFixture.create();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  await eventually(() => assert.deepEqual(fixture.leftovers(), []));
});

const streams = { stdin: true, stdout: true, stderr: true, logs: false, stream: true };

/** A daemon that leaves in order, and the next one. */
async function nextDaemon(): Promise<void> {
  await fixture.service.shutdown('leave-running', 1);
  await fixture.restart();
}

test('a running container is the next daemon’s: attach, exec, stop', async () => {
  const { Id: id } = await fixture.service.create(
    { Image: 'busybox', Cmd: ['sh', '-c', 'read x; echo got $x; exit 6'], OpenStdin: true },
    { name: 'kept' },
  );
  await fixture.service.start(id);
  const { State: before } = await fixture.service.inspect(id);
  await nextDaemon();
  const { service } = fixture;
  const { State: state } = await service.inspect('kept');
  assert.deepEqual([state?.Pid, state?.StartedAt], [before?.Pid, before?.StartedAt]);
  const { Id: execId } = await service.execCreate(id, { Cmd: ['pwd'], AttachStdout: true });
  const screen = fakeClient();
  await (await service.execStart(execId, { detach: false }))?.run(screen.socket);
  assert.equal(unframe(screen.received()), '/\n');
  const client = fakeClient();
  const session = (await service.attach('kept', streams)).run(client.socket);
  const { result } = await service.wait('kept', 'not-running');
  client.up.write('words\n');
  await session;
  assert.equal(unframe(client.received()), 'got words\n');
  assert.equal((await result).StatusCode, 6);
});

test('an exec that runs over a change of daemons keeps running, and its end is seen', async () => {
  const { Id: id } = await fixture.service.create({ Image: 'busybox', Cmd: ['sleep', '1000'] }, {});
  await fixture.service.start(id);
  const { Id: execId } = await fixture.service.execCreate(id, {
    Cmd: ['sh', '-c', 'while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 8'],
  });
  await fixture.service.execStart(execId, { detach: true });
  await nextDaemon();
  const { service } = fixture;
  assert.equal((await service.execInspect(execId)).Running, true);
  const { Id: release } = await service.execCreate(id, { Cmd: ['touch', '/tmp/go'] });
  await service.execStart(release, { detach: true });
  await eventually(async () => assert.equal((await service.execInspect(execId)).ExitCode, 8));
  await service.remove(id, { force: true });
});

test('an exit between two daemons is recorded with its code and time', async () => {
  const { Id: id } = await fixture.service.create(
    { Image: 'busybox', Cmd: ['sh', '-c', 'sleep 0.3; exit 9'] },
    {},
  );
  await fixture.service.start(id);
  await fixture.service.shutdown('leave-running', 1);
  const exitFile = join(fixture.folder, 'run/containers', id, 'exit.json');
  await eventually(() => existsSync(exitFile));
  const exitWritten = statSync(exitFile).mtimeMs;
  await fixture.restart();
  const { State: state } = await fixture.service.inspect(id);
  assert.deepEqual([state?.Status, state?.ExitCode], ['exited', 9]);
  const finished = Date.parse(state?.FinishedAt ?? '');
  assert.ok(finished - Date.parse(state?.StartedAt ?? '') >= 200);
  // Clocks of files are coarser than those of processes.
  assert.ok(finished <= exitWritten + 20, `${finished} ${exitWritten}`);
});

test('killing the shim ends the container, and that is said', async () => {
  const { service, kernel } = fixture;
  const { Id: id } = await service.create({ Image: 'busybox', Cmd: ['sleep', '1000'] }, {});
  await service.start(id);
  const pid = (await service.inspect(id)).State?.Pid ?? 0;
  const { result } = await service.wait(id, 'not-running');
  const shimPid = kernel.processes.info(pid)?.parentPid ?? 0;
  assert.ok(kernel.processes.kill(shimPid, 9));
  assert.equal((await result).StatusCode, 137);
  await eventually(() => assert.equal(kernel.processes.info(pid), undefined));
  assert.match((await service.inspect(id)).State?.Error ?? '', /shim/);
  assert.equal(await service.start(id), true);
  await service.remove(id, { force: true });
});

test('the restart policy starts it again, and stop ends that', async () => {
  const { service } = fixture;
  await service.create(
    {
      Image: 'busybox',
      Cmd: ['false'],
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } },
    },
    { name: 'twice' },
  );
  const { result } = await service.wait('twice', 'not-running');
  const done = await service.start('twice').then(() => service.wait('twice', 'not-running'));
  assert.equal((await done.result).StatusCode, 1);
  await result;
  assert.equal((await service.inspect('twice')).RestartCount, 2);
  await service.create(
    { Image: 'busybox', Cmd: ['false'], HostConfig: { RestartPolicy: { Name: 'always' } } },
    { name: 'ever' },
  );
  await service.start('ever');
  await eventually(async () => assert.ok(((await service.inspect('ever')).RestartCount ?? 0) >= 2));
  await service.stop('ever', { timeout: 0 });
  assert.equal((await service.inspect('ever')).State?.Status, 'exited');
});
