import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { BusConnection, BusError } from './bus-connection.ts';
import { decodeMessages, encodeCall } from './bus-message.ts';
import { Firewalld } from './firewalld.ts';

const call = {
  serial: 7,
  destination: 'org.example',
  path: '/org/example',
  interface: 'org.example.I',
  member: 'M',
};

test('a call on the wire', () => {
  const bytes = encodeCall({ ...call, body: [{ type: 's', value: 'ab' }] });
  assert.equal(bytes.toString('hex', 0, 16), '6c01000107000000070000005f000000');
  // Fields begin with 8 bytes alignment; the body is the length, the text and a NUL.
  assert.equal(bytes.toString('hex', bytes.length - 7), '02000000616200');
  assert.equal((bytes.length - 7) % 8, 0);
  const { messages, rest } = decodeMessages(Buffer.concat([bytes, bytes.subarray(0, 20)]));
  assert.deepEqual(messages, [
    { kind: 'call', interface: 'org.example.I', member: 'M', body: ['ab'] },
  ]);
  assert.equal(rest.length, 20);
});

test('a dictionary: keys and values are aligned as they have to be', () => {
  const value = { k: { type: 'as', value: ['x', 'y'] } } as const;
  const bytes = encodeCall({ ...call, body: [{ type: 'a{sv}', value }] });
  const body = bytes.subarray(bytes.length - bytes.readUInt32LE(4)).toString('hex');
  // Length and padding; the key; the signature of the variant; its array of two texts.
  const parts = ['1e00000000000000', '010000006b00', '02617300', '0000', '0e000000'];
  assert.equal(body, `${parts.join('')}0100000078000000010000007900`);
});

test('what is no message ends the connection, not the process', async () => {
  assert.throws(() => decodeMessages(Buffer.alloc(16, 1)), /not a D-Bus message/);
  const huge = Buffer.from([108, 2, 0, 1, 255, 255, 255, 127, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.throws(() => decodeMessages(huge), /too long/);
  await using bus = await fakeBus((_, socket) => socket.write('x'.repeat(100)));
  await assert.rejects(
    BusConnection.open(bus.path, { onSignal: () => undefined, onEnd: () => undefined }),
    /connection to the message bus was lost/,
  );
});

test('an answer and an error; a bus that refuses', async () => {
  await using bus = await fakeBus((member, socket, serial) =>
    socket.write(member === 'Fail' ? answer(serial, 'no.such: thing') : answer(serial)),
  );
  using connection = await BusConnection.open(bus.path, {
    onSignal: () => undefined,
    onEnd: () => undefined,
  });
  const target = { destination: 'a.b', path: '/', interface: 'a.b' };
  assert.deepEqual(await connection.call(target, 'Works', []), []);
  await assert.rejects(
    connection.call(target, 'Fail', []),
    (error) => error instanceof BusError && error.errorName === 'org.example.Error',
  );
  await using closed = await fakeBus(() => undefined, 'REJECTED EXTERNAL\r\n');
  await assert.rejects(
    BusConnection.open(closed.path, { onSignal: () => undefined, onEnd: () => undefined }),
    /refuses this user: REJECTED EXTERNAL/,
  );
});

test('no bus, no firewalld: nothing happens and nothing fails', async () => {
  const failures: unknown[] = [];
  const reportError = (error: unknown) => failures.push(error);
  const firewalld = new Firewalld({ busPath: '/nowhere/bus', bridges: () => ['br0'], reportError });
  await firewalld.start();
  await firewalld.addBridge('br1');
  assert.deepEqual([firewalld.running, failures], [false, []]);
  firewalld.stop();
});

/** An empty answer, or an error with this text. */
function answer(serial: number, error?: string): Buffer {
  const fields: number[] = [];
  const pad = (size: number) => {
    while (fields.length % size !== 0) fields.push(0);
  };
  const word = (value: number) => {
    pad(4);
    fields.push(value & 255, value >> 8, 0, 0);
  };
  fields.push(5, 1, 'u'.charCodeAt(0), 0);
  word(serial);
  if (error !== undefined) {
    pad(8);
    fields.push(4, 1, 's'.charCodeAt(0), 0);
    word('org.example.Error'.length);
    fields.push(...Buffer.from('org.example.Error'), 0);
  }
  const length = fields.length;
  pad(8);
  const header = Buffer.from([108, error === undefined ? 2 : 3, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0]);
  return Buffer.concat([header, Buffer.from([length, 0, 0, 0]), Buffer.from(fields)]);
}

async function fakeBus(
  onCall: (member: string, socket: net.Socket, serial: number) => void,
  greeting = 'OK 0123456789abcdef\r\n',
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-bus-'));
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    let begun = false;
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk]);
        if (!begun && rest.includes('AUTH')) {
          rest = rest.subarray(rest.indexOf('\r\n') + 2);
          socket.write(greeting);
          begun = true;
        }
        if (rest.indexOf('BEGIN\r\n') === 0) rest = rest.subarray('BEGIN\r\n'.length);
        if (!begun || rest[0] !== 108) return;
        const serial = rest.readUInt32LE(8);
        const decoded = decodeMessages(rest);
        rest = Buffer.from(decoded.rest);
        for (const { member = '' } of decoded.messages) onCall(member, socket, serial);
      });
  });
  const busPath = path.join(folder, 'bus');
  await new Promise<void>((resolve) => server.listen(busPath, resolve));
  return {
    path: busPath,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
