import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { StreamFrameDecoder } from '@berth/engine-api';
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

const both = { stdin: true, stdout: true, stderr: true, logs: false, stream: true };

test('100 MB go in through stdin and come out of stdout, unchanged', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    {
      Image: 'busybox',
      Cmd: ['cat'],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      HostConfig: { LogConfig: { Type: 'none' } },
    },
    {},
  );
  const chunk = Buffer.alloc(1 << 20, 'abcdefghijklmnop');
  const sent = createHash('sha256');
  const received = createHash('sha256');
  let bytes = 0;
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < 100; index++) {
        chunk.writeUInt32BE(index, 0);
        sent.update(chunk);
        yield Buffer.from(chunk);
      }
    })(),
  );
  const decoder = new StreamFrameDecoder();
  const sink = new Writable({
    write(data: Buffer, _encoding, done) {
      for (const frame of decoder.decode(data)) {
        received.update(frame.payload);
        bytes += frame.payload.length;
      }
      done();
    },
  });
  const session = await service.attach(id, both);
  const done = session.run(Duplex.from({ readable: source, writable: sink }));
  const { result } = await service.wait(id, 'next-exit');
  await service.start(id);
  await done;
  assert.equal((await result).StatusCode, 0);
  assert.equal(bytes, 100 << 20);
  assert.equal(received.digest('hex'), sent.digest('hex'));
});

test('several clients see the same stream, and one that leaves disturbs nobody', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    { Image: 'busybox', Cmd: ['sh', '-c', 'read x; echo got $x'], OpenStdin: true },
    {},
  );
  const [one, two, three] = [fakeClient(), fakeClient(), fakeClient()];
  const sessions = await Promise.all([one, two, three].map(() => service.attach(id, both)));
  const runs = [one, two, three].map((client, index) => sessions[index]?.run(client.socket));
  await service.start(id);
  three.socket.destroy();
  one.up.write('hello\n');
  await Promise.all(runs);
  assert.equal(unframe(one.received()), 'got hello\n');
  assert.equal(unframe(two.received()), 'got hello\n');
});

test('a terminal: size, echo, and the detach sequence', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'stty size; read x; stty size; read y'],
      Tty: true,
      OpenStdin: true,
      HostConfig: { ConsoleSize: [30, 100] },
    },
    {},
  );
  const client = fakeClient();
  const session = await service.attach(id, both);
  const done = session.run(client.socket);
  await service.start(id);
  await eventually(() => assert.match(client.received().toString(), /30 100/));
  await service.resize(id, 40, 120);
  client.up.write('\n');
  await eventually(() => assert.match(client.received().toString(), /40 120/));
  client.up.write('\x10\x11');
  await done;
  assert.equal((await service.inspect(id)).State?.Running, true);
  await service.remove(id, { force: true });
});

test('exec: output by stream, exit code, user, directory, environment', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    { Image: 'busybox', Cmd: ['sleep', '1000'], Env: ['FROM=container'] },
    {},
  );
  await service.start(id);
  const { Id: execId } = await service.execCreate(id, {
    Cmd: ['sh', '-c', 'id -u; pwd; echo $FROM $OWN $HOME; echo err >&2; exit 5'],
    AttachStdout: true,
    AttachStderr: true,
    User: 'app',
    WorkingDir: '/tmp',
    Env: ['OWN=exec'],
  });
  const session = await service.execStart(execId, { detach: false });
  const client = fakeClient();
  await session?.run(client.socket);
  const decoder = new StreamFrameDecoder();
  const texts: Record<number, string> = {};
  for (const { stream, payload } of decoder.decode(client.received())) {
    texts[stream] = (texts[stream] ?? '') + payload.toString();
  }
  assert.deepEqual(texts, { 1: '1000\n/tmp\ncontainer exec /home/app\n', 2: 'err\n' });
  const view = await service.execInspect(execId);
  assert.deepEqual([view.Running, view.ExitCode], [false, 5]);
  await service.remove(id, { force: true });
});

test('exec with input and half-close, with a terminal, detached, and failing', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create({ Image: 'busybox', Cmd: ['sleep', '1000'] }, {});
  await service.start(id);
  const make = async (body: object) =>
    (await service.execCreate(id, { AttachStdout: true, AttachStderr: true, ...body })).Id;

  const counting = await make({ Cmd: ['wc', '-c'], AttachStdin: true });
  const counter = fakeClient();
  const countRun = (await service.execStart(counting, { detach: false }))?.run(counter.socket);
  counter.up.end('12345');
  await countRun;
  assert.equal(unframe(counter.received()).trim(), '5');

  const terminal = await make({ Cmd: ['sh', '-c', 'stty size; tty'], Tty: true });
  const screen = fakeClient();
  await (await service.execStart(terminal, { detach: false, consoleSize: [25, 90] }))?.run(
    screen.socket,
  );
  assert.match(screen.received().toString(), /^25 90\r\n\/dev\/pts\/\d+\r\n$/);

  const detached = await make({ Cmd: ['sh', '-c', 'exit 9'] });
  assert.equal(await service.execStart(detached, { detach: true }), undefined);
  await eventually(async () => assert.equal((await service.execInspect(detached)).ExitCode, 9));

  const missing = await make({ Cmd: ['nope'] });
  const failing = fakeClient();
  await (await service.execStart(missing, { detach: false }))?.run(failing.socket);
  assert.match(unframe(failing.received()), /exec: "nope": executable file not found in \$PATH/);
  assert.equal((await service.execInspect(missing)).ExitCode, 127);
  await service.remove(id, { force: true });
});

test('a client that does not read slows the container instead of losing output', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    {
      Image: 'busybox',
      Cmd: ['sh', '-c', 'dd if=/dev/zero bs=65536 count=160 2>/dev/null'],
      HostConfig: { LogConfig: { Type: 'none' } },
    },
    {},
  );
  const session = await service.attach(id, { ...both, stdin: false });
  const pipe = new PassThrough({ highWaterMark: 1024 });
  const done = session.run(Duplex.from({ readable: Readable.from([]), writable: pipe }));
  await service.start(id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal((await service.inspect(id)).State?.Running, true);
  let bytes = 0;
  const decoder = new StreamFrameDecoder();
  await pipeline(pipe, async (source) => {
    for await (const chunk of source) {
      for (const frame of decoder.decode(chunk as Buffer)) bytes += frame.payload.length;
    }
  });
  await done;
  assert.equal(bytes, 160 * 65536);
});
