import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { encodeFrame, streamTypes } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import { FakeEngine, jsonAnswer } from '../testsuite/fake-engine.ts';
import { createEngineClient } from './engine-client.ts';
import { OutputStreams } from './output-streams.ts';

const frame = (stream: 'stdout' | 'stderr' | 'systemError', payload: string) =>
  encodeFrame(streamTypes[stream], Buffer.from(payload));

function output(...chunks: Buffer[]): OutputStreams {
  const stream = new PassThrough();
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return new OutputStreams({ stream, framed: true, host: 'unix:///x' });
}

describe('output', () => {
  const frames = [frame('stdout', 'a'), frame('stderr', 'b'), frame('stdout', 'c')];

  test('comes in its order', async () => {
    const seen: string[] = [];
    for await (const { stream, data } of output(...frames)) seen.push(`${stream} ${data}`);
    assert.deepEqual(seen, ['stdout a', 'stderr b', 'stdout c']);
  });

  test('is text, or is written on', async () => {
    assert.deepEqual(await output(...frames).text(), { stdout: 'ac', stderr: 'b' });
    const stderr = new PassThrough();
    await output(...frames).pipe({ stderr });
    assert.equal(stderr.read()?.toString(), 'b');
    assert.equal(stderr.writableEnded, false);
  });

  test('is two streams; one that nobody asked for does not hold up the other', async () => {
    const both = output(...frames);
    const texts = await Promise.all([text(both.stdout), text(both.stderr)]);
    assert.deepEqual(texts, ['ac', 'b']);
    const big = Buffer.alloc(200_000, 'x').toString();
    const one = output(frame('stderr', big), frame('stdout', 'end'), frame('stderr', big));
    assert.equal(await text(one.stdout), 'end');
  });

  test('waits for the reader of a stream', async () => {
    const source = new PassThrough({ highWaterMark: 1000 });
    const streams = new OutputStreams({ stream: source, framed: false, host: 'unix:///x' });
    const { stdout } = streams;
    let pending = 0;
    for (; pending < 10_000_000 && source.write(Buffer.alloc(1000)); pending += 1000)
      await new Promise(setImmediate);
    assert(pending < 1_000_000, `${pending} bytes were taken in without a reader`);
    source.end();
    assert.equal((await text(stdout)).length, pending + 1000);
  });

  test('of the daemon itself, and output that is cut off, are failures', async () => {
    await assert.rejects(output(frame('systemError', 'disk full\n')).text(), {
      code: 'client.stream-failed',
      message: 'error from daemon in stream: disk full',
    });
    await assert.rejects(output(frame('stdout', 'abc').subarray(0, 10)).text(), (error) =>
      isEngineError(error, 'client.connection-lost'),
    );
    const cut = output(frame('stdout', 'abc').subarray(0, 10));
    const [error] = await once(cut.stdout.resume(), 'error');
    assert(isEngineError(error, 'client.connection-lost'));
  });
});

describe('attaching', () => {
  const upgraded = (type: string) =>
    `HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.${type}-stream\r\n\r\n`;

  /** An engine whose process echoes its input in the given form. */
  function echoing(type: string, encode: (data: Buffer) => Buffer, tty: boolean) {
    return FakeEngine.start((socket, { method }) => {
      if (method === 'GET') {
        socket.end(jsonAnswer({ Config: { Tty: tty }, ProcessConfig: { tty } }));
        return;
      }
      socket.write(Buffer.concat([Buffer.from(upgraded(type)), encode(Buffer.from('> '))]));
      socket.on('data', (chunk: Buffer) => socket.write(encode(chunk)));
      socket.on('end', () => socket.end(encode(Buffer.from('bye'))));
    });
  }

  const framed = (data: Buffer) => encodeFrame(streamTypes.stdout, data);
  const raw = (data: Buffer) => data;
  const cases = [
    { version: '1.45', type: 'multiplexed', encode: framed, tty: false, asks: 1 },
    { version: '1.45', type: 'raw', encode: raw, tty: true, asks: 1 },
    { version: '1.41', type: 'raw', encode: raw, tty: true, asks: 2 },
    { version: '1.41', type: 'raw', encode: framed, tty: false, asks: 2 },
  ];
  for (const { version, type, encode, tty, asks } of cases) {
    test(`API ${version}, ${type}, ${tty ? 'with' : 'without'} a terminal`, async () => {
      await using engine = await echoing(type, encode, tty);
      const client = createEngineClient({ host: engine.host, version });
      for (const open of [
        () => client.containers.attach('a', { stream: true, stdin: true, stdout: true }),
        () => client.exec.start('e', { Detach: false, Tty: tty }),
      ]) {
        const before = engine.requests.length;
        const streams = await open();
        streams.stdin.end('hello');
        assert.deepEqual(await streams.text(), { stdout: '> hellobye', stderr: '' });
        assert.equal(engine.requests.length - before, asks);
      }
    });
  }

  test('logs are told apart in the same way', async () => {
    await using engine = await FakeEngine.start((socket, { url }) => {
      if (url.includes('/json')) socket.end(jsonAnswer({ Config: { Tty: false } }));
      else {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n');
        socket.end(frame('stderr', 'oops'));
      }
    });
    const client = createEngineClient({ host: engine.host, version: '1.41' });
    const logs = await client.containers.logs('a', { stdout: true, stderr: true, tail: '5' });
    assert.deepEqual(await logs.text(), { stdout: '', stderr: 'oops' });
    assert.equal(engine.requests[0]?.url, '/v1.41/containers/a/logs?stdout=1&stderr=1&tail=5');
  });

  test('what starts detached has no streams, and the connection is not waited for', async () => {
    await using engine = await FakeEngine.start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const streams = await client.exec.start('e', { Detach: true, Tty: true });
    assert.deepEqual(await streams.text(), { stdout: '', stderr: '' });
  });

  test('closing ends the connection', async () => {
    await using engine = await echoing('multiplexed', framed, false);
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    await using streams = await client.containers.attach('a', { stream: true, stdout: true });
    for await (const { data } of streams) {
      assert.equal(data.toString(), '> ');
      break;
    }
    assert.equal(streams.stdin.destroyed, true);
  });
});
