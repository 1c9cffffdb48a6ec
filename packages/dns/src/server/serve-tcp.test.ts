import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { withLength } from '../message/stream-framing.ts';
import { makeQuery } from '../message/testing-query.ts';
import { serveConnection } from './serve-tcp.ts';

const query = withLength(makeQuery({ name: 'web' }));

async function connection(handle: Parameters<typeof serveConnection>[1]) {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  const [socket] = await accepted;
  serveConnection(socket, handle);
  const close = () => {
    client.destroy();
    socket.destroy();
    server.close();
  };
  return { client, socket, close };
}

test('every question is answered, however many come at once', async () => {
  const { client, close } = await connection(async () => Buffer.from('answer'));
  client.write(Buffer.concat(new Array(500).fill(query)));
  let bytes = 0;
  for await (const chunk of client) {
    bytes += (chunk as Buffer).length;
    if (bytes === 500 * 8) break;
  }
  close();
});

test('a client that reads no answers gets no more of them', async () => {
  let handled = 0;
  const { client, socket, close } = await connection(async () => {
    handled += 1;
    return Buffer.alloc(60_000);
  });
  client.pause();
  const many = Buffer.concat(new Array(2000).fill(query));
  for (let before = -1; before !== handled || handled === 0; ) {
    before = handled;
    for (let turn = 0; turn < 50; turn++) {
      if (client.writableLength === 0) client.write(many);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  assert.ok(socket.writableNeedDrain);
  assert.ok(socket.writableLength < 4_000_000, `${socket.writableLength} bytes wait`);
  close();
});
