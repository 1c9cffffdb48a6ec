import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { lingerAtEnd } from './linger-at-end.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'berth-linger-'));
const at = path.join(folder, 'sock');
const server = createServer((request, response) => {
  lingerAtEnd(request);
  response.writeHead(409).end('refused');
});

before(() => once(server.listen(at), 'listening'));
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** A client that writes on without looking; what it was told, and whether it has failed. */
async function client(
  head: string,
): Promise<{ socket: Socket; answer(): string; failed(): unknown }> {
  const socket = connect({ path: at, allowHalfOpen: true });
  let answer = '';
  let failed: unknown;
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', (error) => {
    failed = error;
  });
  socket.write(`POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${head}\r\n\r\n`);
  await once(socket, 'end');
  return { socket, answer: () => answer, failed: () => failed };
}

test('a client that is answered early may go on sending until it has read the answer', async () => {
  const { socket, answer, failed } = await client('Transfer-Encoding: chunked');
  assert.match(answer(), /^HTTP\/1.1 409 [\s\S]*refused/);
  for (let round = 0; round < 50; round++) {
    socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    await turn();
  }
  assert.equal(failed(), undefined);
  socket.end();
  await once(socket, 'close');
  assert.equal(failed(), undefined);
});

test('with the end of the body the connection is closed', async () => {
  const { socket, failed } = await client('Content-Length: 5');
  const closed = new Promise((resolve) => server.once('connection', resolve));
  socket.write('12345');
  // The other side has let go: a later write fails.
  while (failed() === undefined) {
    socket.write('more');
    await turn();
  }
  socket.destroy();
  connect(at).destroy();
  await closed;
});

test('a request without a body is closed as ever', async () => {
  const { socket, answer } = await client('Content-Length: 0');
  assert.match(answer(), /^HTTP\/1.1 409 /);
  socket.destroy();
});
