import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

/** Node's own client speaks TCP only: each connection is led to the daemon's socket. */
let daemon: TestDaemon;
let relay: net.Server;
let port = 0;
before(async () => {
  daemon = await TestDaemon.start();
  relay = net.createServer((client) => {
    const server = net.connect(daemon.socket);
    client.pipe(server).pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  port = (relay.address() as net.AddressInfo).port;
});
after(async () => {
  relay.close();
  await daemon[Symbol.asyncDispose]();
});

interface Attached {
  readonly socket: WebSocket;
  text(): string;
  readonly closed: Promise<number>;
}

async function attach(name: string, query: string, version = 'v1.51'): Promise<Attached> {
  const url = `ws://127.0.0.1:${port}/${version}/containers/${name}/attach/ws?${query}`;
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let text = '';
  socket.addEventListener('message', ({ data }) => {
    text += typeof data === 'string' ? `text:${data}` : Buffer.from(data as ArrayBuffer).toString();
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code), { once: true });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('not accepted')), { once: true });
  });
  return { socket, text: () => text, closed };
}

const streams = 'stream=1&stdin=1&stdout=1&stderr=1';

test('both ways, with standard output and error as they are', async () => {
  const script = 'read a; echo out $a; echo err $a >&2; read b; exit 3';
  await daemon.dockerOk(['run', '-di', '--name', 'both', 'busybox', 'sh', '-c', script]);
  const { socket, text, closed } = await attach('both', streams);
  socket.send('one\n');
  await eventually(() =>
    assert.deepEqual(text().trim().split('\n').sort(), ['err one', 'out one']),
  );
  socket.send(Buffer.from('two\n'));
  assert.equal(await closed, 1000);
  assert.equal(await daemon.dockerOk(['wait', 'both']), '3');
});

test('before the start, with a terminal, and as text for old clients', async () => {
  await daemon.dockerOk(['create', '-it', '--name', 'early', 'busybox', 'echo', 'hello']);
  const { text, closed } = await attach('early', streams, 'v1.27');
  await daemon.dockerOk(['start', 'early']);
  assert.equal(await closed, 1000);
  assert.equal(text().replaceAll('text:', ''), 'hello\r\n');
  assert.match(text(), /^text:/);
});

test('much output goes through whole, and a client that leaves keeps nothing', async () => {
  const script = 'read x; seq 1 200000; sleep 600';
  await daemon.dockerOk(['run', '-di', '--name', 'much', 'busybox', 'sh', '-c', script]);
  const { socket, text, closed } = await attach('much', streams);
  socket.send('\n');
  await eventually(() => assert.equal(text().length, 1_288_895), 30_000);
  socket.close();
  await closed;
  assert.equal(await daemon.dockerOk(['inspect', '-f', '{{.State.Running}}', 'much']), 'true');
  await daemon.dockerOk(['rm', '-f', 'much']);
});

test('what was logged comes first when it is asked for', async () => {
  await daemon.dockerOk(['run', '--name', 'logged', 'busybox', 'echo', 'from the log']);
  const { text, closed } = await attach('logged', 'logs=1&stdout=1');
  await closed;
  assert.equal(text(), 'from the log\n');
});

/** A handshake by hand; the status line and what follows. */
async function handshake(path: string, headers: readonly string[]): Promise<string> {
  const socket = net.connect(daemon.socket);
  socket.write([`GET ${path} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'));
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => {
    answer += part;
    if (answer.includes('\r\n\r\n')) socket.end();
  });
  await once(socket, 'close');
  return answer;
}

const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const refused: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  [
    'no such container',
    '/containers/nobody/attach/ws?stream=1',
    [...upgrade, key],
    /^HTTP\/1.1 404/,
  ],
  [
    'no upgrade',
    '/containers/logged/attach/ws?stream=1',
    [],
    /^HTTP\/1.1 400[\s\S]*not a WebSocket handshake/,
  ],
  ['no key', '/containers/logged/attach/ws?stream=1', upgrade, /^HTTP\/1.1 400[\s\S]*16 bytes/],
  [
    'another version',
    '/containers/logged/attach/ws?stream=1',
    ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 8', key],
    /^HTTP\/1.1 400[\s\S]*version must be 13/,
  ],
];
for (const [what, path, headers, answer] of refused) {
  test(`${what} is told as an ordinary answer`, async () => {
    assert.match(await handshake(path, headers), answer);
  });
}

test('the key is answered as the specification says; a frame without a mask ends the connection', async () => {
  await daemon.dockerOk(['run', '-di', '--name', 'raw', 'busybox', 'cat']);
  const path = '/containers/raw/attach/ws?stream=1&stdin=1';
  const socket = net.connect(daemon.socket);
  const all: Buffer[] = [];
  socket.on('data', (part) => all.push(part));
  socket.write([`GET ${path} HTTP/1.1`, 'Host: x', ...upgrade, key, '', ''].join('\r\n'));
  await eventually(() =>
    assert.match(
      Buffer.concat(all).toString(),
      /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/,
    ),
  );
  socket.write(Buffer.from([0x82, 0x01, 0x61]));
  await once(socket, 'close');
  assert.deepEqual([...Buffer.concat(all).subarray(-4)], [0x88, 2, 1002 >> 8, 1002 & 0xff]);
  await daemon.dockerOk(['rm', '-f', 'raw']);
});
