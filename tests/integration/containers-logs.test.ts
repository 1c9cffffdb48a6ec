import assert from 'node:assert/strict';
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

const everything = {
  follow: false,
  stdout: true,
  stderr: true,
  timestamps: false,
  details: false,
};

async function logsOf(id: string, options: object = {}): Promise<string> {
  const { tty, stream } = await fixture.service.logs(id, { ...everything, ...options });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return tty ? bytes.toString() : unframe(bytes);
}

test('streams, tail, timestamps and details', async () => {
  const { id } = await fixture.run(['sh', '-c', 'echo one; echo two; sleep 0.1; echo err >&2'], {
    Labels: { tier: 'db' },
    HostConfig: { LogConfig: { Type: 'json-file', Config: { labels: 'tier' } } },
  });
  assert.equal(await logsOf(id), 'one\ntwo\nerr\n');
  assert.equal(await logsOf(id, { stderr: false }), 'one\ntwo\n');
  assert.equal(await logsOf(id, { tail: 1 }), 'err\n');
  assert.match(await logsOf(id, { tail: 1, timestamps: true }), /^\d{4}-\d\d-\d\dT[\d:.]+Z err\n$/);
  assert.equal(await logsOf(id, { tail: 1, details: true }), 'tier=db err\n');
  await assert.rejects(logsOf(id, { stdout: false, stderr: false }), {
    message: 'Bad parameters: you must choose at least one stream',
  });
});

test('following ends with the run, and when the client leaves', async () => {
  const { service } = fixture;
  const { Id: id } = await service.create(
    { Image: 'busybox', Cmd: ['sh', '-c', 'echo first; read x; echo last'], OpenStdin: true },
    {},
  );
  await service.start(id);
  const leaving = await service.logs(id, { ...everything, follow: true });
  leaving.stream.once('data', () => leaving.stream.destroy());
  const followed = logsOf(id, { follow: true });
  const client = fakeClient();
  const session = await service.attach(id, {
    stdin: true,
    stdout: true,
    stderr: true,
    logs: true,
    stream: true,
  });
  const attached = session.run(client.socket);
  await eventually(() => assert.match(unframe(client.received()), /first/));
  client.up.write('\n');
  assert.equal(await followed, 'first\nlast\n');
  await attached;
  assert.equal(unframe(client.received()), 'first\nlast\n');
});

test('rotation keeps the newest files, and a log of none cannot be read', async () => {
  const { id } = await fixture.run(
    ['sh', '-c', 'i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done'],
    {
      HostConfig: {
        LogConfig: { Type: 'json-file', Config: { 'max-size': '20k', 'max-file': '2' } },
      },
    },
  );
  const lines = (await logsOf(id)).trim().split('\n');
  assert.equal(lines.at(-1), 'line 1999');
  assert.ok(lines.length > 100 && lines.length < 1000, String(lines.length));
  const { id: silent } = await fixture.run(['echo', 'x'], {
    HostConfig: { LogConfig: { Type: 'none' } },
  });
  await assert.rejects(logsOf(silent), {
    message: 'configured logging driver does not support reading',
  });
});
