import assert from 'node:assert/strict';
import { cp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
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

/** Names of a container's log files. */
async function logFilesOf(id: string): Promise<string[]> {
  const names = await readdir(path.join(fixture.folder, 'data/containers', id));
  return names.filter((name) => name.includes('log')).sort();
}

const counting = (count: number) => `i=0; while [ $i -lt ${count} ]; do echo n$i; i=$((i+1)); done`;
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `n${from + index}\n`).join('');

test('rotated files are compressed while the container runs, and read like others', async () => {
  const { service } = fixture;
  for (const [Type, Config] of [
    ['json-file', { compress: 'true', 'max-size': '20k', 'max-file': '9' }],
    ['local', { 'max-size': '20k', 'max-file': '9' }],
  ] as const) {
    const { Id: id } = await service.create(
      {
        Image: 'busybox',
        Cmd: ['sh', '-c', `${counting(1500)}; read x; echo end`],
        OpenStdin: true,
        HostConfig: { LogConfig: { Type, Config } },
      },
      {},
    );
    await service.start(id);
    const followed = logsOf(id, { follow: true });
    await eventually(async () => {
      const names = await logFilesOf(id);
      assert.ok(names.some((name) => name.endsWith('.gz')));
      assert.deepEqual(
        names.filter((name) => /\d$|compressing$/.test(name)),
        [],
      );
      assert.equal(await logsOf(id, { tail: 1200 }), numbered(300, 1500));
    });
    assert.equal(await logsOf(id), numbered(0, 1500));
    const inspected = await service.inspect(id);
    assert.equal(inspected.LogPath !== '', Type === 'json-file');
    await service.kill(id, 'KILL');
    assert.equal(await followed, numbered(0, 1500));
    await service.remove(id, {});
  }
});

test('what was rotated without a daemon is compressed by the next, and a cut-off file goes', async () => {
  const { id } = await fixture.run(['sh', '-c', counting(1500)], {
    HostConfig: {
      LogConfig: { Type: 'local', Config: { 'max-size': '20k', compress: 'false' } },
    },
  });
  await eventually(async () => assert.ok((await logFilesOf(id)).includes('local.log.1')));
  // As the files are when rotation went on while there was no daemon.
  const { id: other } = await fixture.run(['true'], {
    HostConfig: { LogConfig: { Type: 'local', Config: { 'max-size': '20k' } } },
  });
  const folder = (name: string) => path.join(fixture.folder, 'data/containers', name);
  await cp(path.join(folder(id), 'local.log.1'), path.join(folder(other), 'local.log.1'));
  await writeFile(path.join(folder(other), 'local.log.compressing'), 'cut off');
  await fixture.restart();
  await eventually(async () =>
    assert.deepEqual(await logFilesOf(other), ['local.log', 'local.log.1.gz']),
  );
  assert.match(await logsOf(other), /^n\d+\nn/);
});
