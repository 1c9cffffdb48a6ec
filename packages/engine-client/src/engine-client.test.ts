import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { FakeEngine, jsonAnswer } from '../testsuite/fake-engine.ts';
import { isApiError } from './api-error.ts';
import { createEngineClient } from './engine-client.ts';
import { encodeQuery } from './http-transport.ts';

describe('engine client', () => {
  test('negotiates the version once and sends query, headers and JSON', async () => {
    await using engine = await FakeEngine.start((socket) => socket.end(jsonAnswer({ Id: 'x' })));
    const client = createEngineClient({ host: engine.host });
    const options = {
      query: { all: true, limit: 3, names: ['a', 'b'], none: undefined },
      json: { A: 1 },
    };
    assert.deepEqual(await client.json('POST', '/things', options), { Id: 'x' });
    await client.json('GET', '/again');
    const [ping, first, second] = engine.requests;
    assert.equal(ping?.method, 'HEAD');
    assert.equal(first?.url, '/v1.45/things?all=1&limit=3&names=a&names=b');
    assert.equal(first?.headers.get('content-type'), 'application/json');
    assert.equal(first?.headers.get('content-length'), '7');
    assert.equal(second?.url, '/v1.45/again');
    assert.equal(engine.requests.length, 3);
  });

  test('a fixed version needs no ping', async () => {
    await using engine = await FakeEngine.start((socket) => socket.end(jsonAnswer([])));
    await createEngineClient({ host: engine.host, version: '1.40' }).json('GET', '/x');
    assert.deepEqual(
      engine.requests.map((request) => request.url),
      ['/v1.40/x'],
    );
  });

  test('refusals carry status and text', async () => {
    await using engine = await FakeEngine.start((socket, { url }) => {
      if (url.endsWith('/json')) socket.end(jsonAnswer({ message: 'No such container: x' }, 404));
      else if (url.endsWith('/text'))
        socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nbroken');
      else socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
    });
    const client = createEngineClient({ host: engine.host });
    const failure = (path: string) => client.json('GET', path).catch((error: unknown) => error);
    const notFound = await failure('/json');
    assert(isApiError(notFound, 404));
    assert.equal(notFound.message, 'Error response from daemon: No such container: x');
    assert.equal(((await failure('/text')) as Error).message, 'Error response from daemon: broken');
    assert.equal(
      ((await failure('/none')) as Error).message,
      'Error response from daemon: 503 Busy',
    );
  });

  test('chunked bodies cut anywhere come out whole', async () => {
    const body =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nT: t\r\n\r\n';
    await using engine = await FakeEngine.start(async (socket) => {
      for (const character of body) {
        socket.write(character);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    assert.equal(await client.text('GET', '/x'), 'hello, world');
  });

  test('JSON lines come as they arrive', async () => {
    await using engine = await FakeEngine.start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const send = (text: string) =>
        socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
      send('{"n":1}\n{"n"');
      send(':2}\n{"n":3}');
      socket.end('0\r\n\r\n');
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const seen: number[] = [];
    for await (const { n } of client.lines<{ n: number }>('GET', '/events')) seen.push(n);
    assert.deepEqual(seen, [1, 2, 3]);
  });

  test('a body that ends early is an error, not a short answer', async () => {
    await using engine = await FakeEngine.start((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'),
    );
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    await assert.rejects(client.text('GET', '/x'), (error) =>
      isEngineError(error, 'client.connection-lost'),
    );
  });

  test('answers that are not HTTP are told apart', async () => {
    const answers = {
      '/tls': Buffer.from([0x15, 3, 1, 0, 2, 2, 10]),
      '/junk': Buffer.from('SSH-2.0-x\r\n\r\n'),
    };
    await using engine = await FakeEngine.start((socket, { url }) => {
      socket.end(answers[url.slice('/v1.45'.length) as keyof typeof answers]);
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    await assert.rejects(client.text('GET', '/junk'), (error) =>
      isEngineError(error, 'client.bad-response'),
    );
    await assert.rejects(client.text('GET', '/tls'), (error) => isEngineError(error));
  });

  test('a hijacked connection passes bytes both ways, with half-close', async () => {
    await using engine = await FakeEngine.start((socket) => {
      socket.write(
        'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nfirst ',
      );
      socket.on('data', (chunk) => socket.write(chunk.toString('utf8').toUpperCase()));
      socket.on('end', () => socket.end('!'));
    });
    const client = createEngineClient({ host: engine.host });
    const { socket, rest, multiplexed } = await client.hijack('POST', '/attach');
    assert.equal(multiplexed, false);
    assert.equal(engine.requests.at(-1)?.headers.get('upgrade'), 'tcp');
    let output = rest.toString('utf8');
    socket.on('data', (chunk) => {
      output += chunk.toString('utf8');
    });
    socket.resume();
    socket.end('abc');
    await once(socket, 'end');
    assert.equal(output, 'first ABC!');
  });

  test('a streamed body is sent in chunks', async () => {
    let received = '';
    await using engine = await FakeEngine.start((socket, _request, rest) => {
      const take = (chunk: Buffer) => {
        received += chunk.toString('latin1');
        if (received.endsWith('0\r\n\r\n')) socket.end(jsonAnswer({}));
      };
      take(rest);
      socket.on('data', take);
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    async function* body() {
      yield Buffer.from('one');
      yield Buffer.from('');
      yield Buffer.from('three');
    }
    await client.json('POST', '/load', { body: body() });
    assert.equal(received, '3\r\none\r\n5\r\nthree\r\n0\r\n\r\n');
  });

  test('a refusal in the middle of an upload is what the caller sees', async () => {
    await using engine = await FakeEngine.start((socket) => {
      socket.end(jsonAnswer({ message: 'no space left' }, 507));
      socket.resume();
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    async function* endless() {
      for (;;) yield Buffer.alloc(64 * 1024);
    }
    await assert.rejects(client.json('POST', '/load', { body: endless() }), (error) =>
      isApiError(error, 507),
    );
  });

  test('an aborted signal closes the connection', async () => {
    let closed = false;
    await using engine = await FakeEngine.start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      socket.on('end', () => {
        closed = true;
      });
      socket.resume();
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const abort = new AbortController();
    const { body } = await client.stream('GET', '/events', { signal: abort.signal });
    const failure = once(body, 'error');
    body.resume();
    abort.abort(new Error('stopped'));
    assert.match(String((await failure)[0]), /stopped/);
    while (!closed) await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(client.json('GET', '/x', { signal: AbortSignal.abort() }));
  });

  test("a daemon that is not there is told with Docker's words and a hint", async () => {
    const client = createEngineClient({ host: 'unix:///nonexistent/d.sock' });
    await assert.rejects(client.json('GET', '/x'), (error) => {
      assert(isEngineError(error, 'client.unreachable'));
      assert.match(
        error.message,
        /^Cannot connect to the Berth daemon at unix:\/\/\/nonexistent\/d\.sock\. Is the berth daemon running\?$/,
      );
      assert(error.hint !== undefined);
      return true;
    });
  });

  test('what a user types cannot add headers', async () => {
    await using engine = await FakeEngine.start((socket) => socket.end(jsonAnswer({})));
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    await assert.rejects(client.json('GET', '/x\r\nEvil: 1'));
    await assert.rejects(client.json('GET', '/x', { headers: { A: 'b\r\nEvil: 1' } }));
    assert.equal(encodeQuery({ name: 'a\r\nb' }), '?name=a%0D%0Ab');
  });
});
