import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createHarness } from '../../testsuite/harness.ts';

/** A client's connection: what it received, and a way to type. */
function client(): { readonly socket: Duplex; readonly up: PassThrough; received(): string } {
  const up = new PassThrough();
  const down = new PassThrough();
  let text = '';
  down.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  return { socket: Duplex.from({ readable: up, writable: down }), up, received: () => text };
}

test('a detached exec runs, ends and can be inspected', async () => {
  await using harness = await createHarness();
  const { service, shims, folder } = harness;
  await mkdir(path.join(folder, 'etc'));
  writeFileSync(
    path.join(folder, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\napp:x:7:8::/home/app:/bin/sh\n',
  );
  await service.create({ Image: 'busybox', Env: ['A=1'] }, { name: 'web' });
  await service.start('web');
  const { Id: id } = await service.execCreate('web', {
    Cmd: ['id', '-u'],
    User: 'app',
    Env: ['B=2'],
    WorkingDir: '/srv',
  });
  assert.equal((await service.execInspect(id)).Running, false);
  assert.deepEqual((await service.inspect('web')).ExecIDs, [id]);
  assert.equal(await service.execStart(id, { detach: true }), undefined);
  const options = shims.last.execs[0];
  assert.equal(options?.detach, true);
  assert.ok(options !== undefined && 'processFile' in options.program);
  const document = JSON.parse(readFileSync(options.program.processFile, 'utf8'));
  assert.deepEqual(document.args, ['id', '-u']);
  assert.deepEqual([document.user.uid, document.user.gid, document.cwd], [7, 8, '/srv']);
  assert.ok(document.env.includes('A=1') && document.env.includes('B=2'));
  assert.ok(document.env.includes('HOME=/home/app'));
  await assert.rejects(service.execStart(id, { detach: true }), {
    message: `Error: Exec command ${id} is already running`,
  });
  shims.last.finishExec(id, 4);
  const ended = await service.execInspect(id);
  assert.deepEqual([ended.Running, ended.ExitCode, ended.CanRemove], [false, 4, true]);
  assert.equal((await service.inspect('web')).ExecIDs, null);
  await assert.rejects(service.execStart(id, { detach: true }), {
    message: `Error: Exec command ${id} has already run`,
  });
  assert.deepEqual(harness.actions().slice(2), [
    'exec_create: id -u web',
    'exec_start: id -u web',
    'exec_die web',
  ]);
});

test('an exec that cannot start tells so on the stream and by its exit code', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox' }, { name: 'web' });
  await service.start('web');
  const { Id: id } = await service.execCreate('web', { Cmd: ['nope'], AttachStdout: true });
  shims.execFailure = 'exec failed: exec: "nope": executable file not found in $PATH';
  const session = await service.execStart(id, { detach: false });
  const { socket, received } = client();
  await session?.run(socket);
  assert.match(
    received(),
    /OCI runtime exec failed: exec failed: .*not found in \$PATH: unknown\r\n$/,
  );
  assert.equal(received().charCodeAt(0), 1);
  assert.equal((await service.execInspect(id)).ExitCode, 127);
});

test('exec without a command, and of an unknown ID', async () => {
  await using harness = await createHarness();
  const { service } = harness;
  await service.create({ Image: 'busybox' }, { name: 'web' });
  await service.start('web');
  await assert.rejects(service.execCreate('web', { Cmd: [] }), {
    message: 'No exec command specified',
  });
  await assert.rejects(service.execInspect('nope'), { message: 'No such exec instance: nope' });
  await assert.rejects(service.execStart('nope', { detach: true }), {
    message: 'No such exec instance: nope',
  });
});

test('attach before the start sees the first byte, stdin goes in, the end closes it', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox', OpenStdin: true, Tty: true }, { name: 'web' });
  const session = await service.attach('web', {
    stdin: true,
    stdout: true,
    stderr: true,
    logs: false,
    stream: true,
  });
  assert.equal(session.tty, true);
  const { socket, up, received } = client();
  const done = session.run(socket);
  await service.start('web');
  shims.last.write('first ');
  up.write('typed');
  await new Promise((resolve) => setImmediate(resolve));
  shims.last.write('last');
  await new Promise((resolve) => setImmediate(resolve));
  await shims.last.finish(0);
  await done;
  assert.equal(received(), 'first last');
  assert.equal(shims.last.input, 'typed');
});

test('the detach sequence ends an attach, not the container', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox', OpenStdin: true, Tty: true }, { name: 'web' });
  await service.start('web');
  const session = await service.attach('web', {
    stdin: true,
    stdout: true,
    stderr: true,
    logs: false,
    stream: true,
    detachKeys: 'ctrl-a',
  });
  const { socket, up } = client();
  const done = session.run(socket);
  up.write('abc\x01def');
  await done;
  assert.equal(shims.last.input, 'abc');
  assert.equal((await service.inspect('web')).State?.Running, true);
  assert.deepEqual(harness.actions().slice(2), ['attach web', 'detach web']);
});

test('an attach to a container that is removed, or fails to start, ends', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  const options = { stdin: false, stdout: true, stderr: true, logs: false, stream: true };
  await service.create({ Image: 'busybox' }, { name: 'one' });
  const first = (await service.attach('one', options)).run(client().socket);
  await service.remove('one');
  await first;
  await service.create({ Image: 'busybox' }, { name: 'two' });
  const second = (await service.attach('two', options)).run(client().socket);
  shims.startFailure = 'broken';
  await assert.rejects(service.start('two'));
  await second;
});

test('an exec that cannot be started has an exit code and tells the client why', async () => {
  await using harness = await createHarness();
  const { service, shims } = harness;
  await service.create({ Image: 'busybox' }, { name: 'web' });
  await service.start('web');
  const start = 'exec failed: unable to start container process: ';
  const cases: readonly (readonly [message: string, code: number, told: string])[] = [
    [
      'OCI runtime exec failed: executable file `x` not found in $PATH: unknown',
      127,
      `OCI runtime exec failed: ${start}exec: "x": executable file not found in $PATH: unknown`,
    ],
    [
      'OCI runtime exec failed: open executable: Permission denied: unknown',
      126,
      `OCI runtime exec failed: ${start}exec: "x": permission denied: unknown`,
    ],
    [
      'OCI runtime exec failed: something else: unknown',
      126,
      'OCI runtime exec failed: exec failed: something else: unknown',
    ],
  ];
  for (const [message, code, told] of cases) {
    shims.execFailure = message.replace(/^OCI runtime exec failed: |: unknown$/g, '');
    const { Id: id } = await service.execCreate('web', { Cmd: ['x'], AttachStdout: true });
    const { socket, received } = client();
    await (await service.execStart(id, { detach: false }))?.run(socket);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(received().slice(8), `${told}\r\n`);
    const { Running, ExitCode, Pid } = await service.execInspect(id);
    assert.deepEqual({ Running, ExitCode, Pid }, { Running: false, ExitCode: code, Pid: 0 });
  }
  shims.execFailure = undefined;
  for (const body of [{ User: 'nosuchuser' }, { WorkingDir: 'relative' }]) {
    const { Id: id } = await service.execCreate('web', { Cmd: ['true'], ...body });
    await assert.rejects(service.execStart(id, { detach: true }));
    assert.equal((await service.execInspect(id)).ExitCode, 126);
  }
});
