import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

/** One raw HTTP exchange. */
function request(text: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(daemon.socket);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => {
      const [head = '', ...rest] = answer.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body: rest.join('\r\n\r\n') });
    });
    socket.write(text);
  });
}

const post = (path: string, body: string, type = 'application/json') =>
  request(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
const get = (path: string) =>
  request(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

test('version and info have what people look at', async () => {
  const version = JSON.parse(await daemon.dockerOk(['version', '--format', '{{json .Server}}']));
  assert.equal(version.Os, 'linux');
  assert.equal(version.MinAPIVersion, '1.24');
  const info = JSON.parse(await daemon.dockerOk(['info', '--format', '{{json .}}']));
  assert.equal(info.Driver, 'overlay2');
  assert.ok(info.NCPU > 0 && info.MemTotal > 0);
  assert.equal(info.DockerRootDir, daemon.dataRoot);
  assert.ok('runc' in info.Runtimes);
  assert.equal((await daemon.docker(['info'])).code, 0);
});

test('events: live, replayed, filtered', async () => {
  const since = String(Math.floor(Date.now() / 1000));
  const live = spawn('docker', ['events', '--format', '{{.Type}} {{.Action}}'], {
    env: { ...process.env, DOCKER_HOST: daemon.host },
  });
  let seen = '';
  live.stdout.on('data', (chunk: Buffer) => {
    seen += chunk;
  });
  await eventually(async () => {
    await daemon.dockerOk(['run', '--rm', '--name', 'evented', 'busybox', 'true']);
    assert.match(seen, /container destroy/);
  });
  live.kill();
  for (const action of ['create', 'attach', 'start', 'die', 'destroy'])
    assert.match(seen, new RegExp(`^container ${action}$`, 'm'));
  assert.match(seen, /^network connect$/m);
  const until = String(Math.ceil(Date.now() / 1000) + 1);
  const replay = await daemon.dockerOk([
    'events',
    '--since',
    since,
    '--until',
    until,
    '-f',
    'event=die',
    '--format',
    '{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}',
  ]);
  assert.match(replay, /^evented 0$/m);
  assert.equal(await daemon.dockerOk(['events', '--since', '0', '--until', '0']), '');
});

test('system df counts', async () => {
  await daemon.dockerOk(['volume', 'create', 'counted']);
  const table = await daemon.dockerOk(['system', 'df']);
  assert.match(table, /^Images +1 /m);
  assert.match(table, /^Local Volumes +1 /m);
  assert.equal((await daemon.docker(['system', 'df', '-v'])).code, 0);
  await daemon.dockerOk(['volume', 'rm', 'counted']);
});

test('versions are negotiated and bounded', async () => {
  assert.equal((await get('/v1.24/containers/json')).status, 200);
  const old = await get('/v1.10/version');
  assert.equal(old.status, 400);
  assert.match(
    old.body,
    /client version 1\.10 is too old\. Minimum supported API version is 1\.24/,
  );
  const future = await get('/v1.999/version');
  assert.equal(future.status, 400);
  assert.match(future.body, /client version 1\.999 is too new\. Maximum supported API version is/);
});

test('bad requests get an error of their own and the daemon lives on', async () => {
  const cases: readonly (readonly [Promise<{ status: number; body: string }>, number, RegExp])[] = [
    [post('/containers/create', '{"Image":'), 400, /message/],
    [post('/containers/create', '{"Image": 5}'), 400, /Image/],
    [
      post('/containers/create', '{"Image":"busybox","HostConfig":{"Memory":"lots"}}'),
      400,
      /Memory/,
    ],
    [post('/containers/create', '[]'), 400, /message/],
    [post('/containers/create', ''), 400, /message/],
    [
      post('/containers/create', '{"Image":"no-such-image"}'),
      404,
      /No such image: no-such-image:latest/,
    ],
    [post('/containers/nope/start', ''), 404, /No such container: nope/],
    [
      post('/containers/create?name=%2e%2e%2fx', '{"Image":"busybox"}'),
      400,
      /Invalid container name/,
    ],
    [get('/containers/nope/json'), 404, /No such container: nope/],
    [get('/containers/json?filters=%7Bbad'), 400, /message/],
    [get('/containers/json?limit=many'), 400, /message/],
    [get('/no/such/page'), 404, /page not found/],
    [get('/images/..%2f..%2fetc%2fpasswd/json'), 400, /invalid reference format|No such image/],
    [post('/exec/nope/start', '{}'), 404, /No such exec instance: nope/],
    [post('/swarm/init', '{}'), 501, /not implemented/],
    [post('/build', '', 'application/x-tar'), 501, /not implemented/],
    [get('/volumes/nope'), 404, /no such volume/],
    [get('/networks/nope'), 404, /network nope not found/],
    [request('GARBAGE\r\n\r\n'), 400, /^/],
  ];
  for (const [pending, status, text] of cases) {
    const answer = await pending;
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.body, text);
  }
  assert.equal((await get('/_ping')).body.includes('OK'), true);
});
