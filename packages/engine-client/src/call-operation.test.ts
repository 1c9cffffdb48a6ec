import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { routes } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import { FakeEngine, jsonAnswer } from '../testsuite/fake-engine.ts';
import { isApiError } from './api-error.ts';
import { createEngineClient } from './engine-client.ts';
import { operations } from './generated/operations.ts';
import { parseOperationRow } from './operation-row.ts';

/** The answer to every request, and the client that asks. */
async function fake(answer: string) {
  const engine = await FakeEngine.start((socket) => socket.end(answer));
  const client = createEngineClient({ host: engine.host, version: '1.45' });
  const last = () => engine.requests.at(-1);
  return { engine, client, last };
}

const empty = 'HTTP/1.1 204 No Content\r\n\r\n';

function lines(...records: object[]): string {
  const body = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  return `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test('every operation of the API has a method, but attaching by WebSocket', () => {
  const callable = Object.values(operations)
    .flatMap((group) => Object.values(group))
    .map((text) => parseOperationRow(text))
    .map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  const missing = routes
    .filter(({ method, path }) => !callable.includes(`${method} ${path}`))
    .map(({ operation }) => operation);
  assert.deepEqual(missing, ['ContainerAttachWebsocket']);
  assert.equal(callable.length, routes.length);
});

describe('requests', () => {
  test('filters become lists of text, and absent parameters are left out', async () => {
    const { engine, client, last } = await fake(jsonAnswer([]));
    await using _ = engine;
    const filters = { status: ['running', 'paused'], exited: 0, label: undefined };
    await client.containers.list({ all: true, limit: undefined, filters });
    const url = new URL(last()?.url ?? '', 'http://x');
    assert.equal(url.pathname, '/v1.45/containers/json');
    assert.deepEqual([...url.searchParams.keys()], ['all', 'filters']);
    assert.deepEqual(JSON.parse(url.searchParams.get('filters') ?? ''), {
      status: ['running', 'paused'],
      exited: ['0'],
    });
    await client.containers.list({ filters: {} });
    assert.equal(last()?.url, '/v1.45/containers/json');
  });

  test('names are encoded, dates are seconds, objects are JSON, lists are repeated', async () => {
    const { engine, client, last } = await fake(jsonAnswer({}));
    await using _ = engine;
    await client.images.inspect('localhost:5000/a/b@sha256:0?', { platform: { os: 'linux' } });
    assert.equal(
      last()?.url,
      '/v1.45/images/localhost%3A5000/a/b%40sha256%3A0%3F/json?platform=%7B%22os%22%3A%22linux%22%7D',
    );
    await (await client.system.events({ since: new Date(1500), until: 2 })).done();
    assert.equal(last()?.url, '/v1.45/events?since=1.5&until=2');
    await client.images.saveAll({ names: ['a', 'b'] }).then((body) => body.destroy());
    assert.equal(last()?.url, '/v1.45/images/get?names=a&names=b');
  });

  test('a body, parameters and options stand in this order', async () => {
    const { engine, client, last } = await fake(jsonAnswer({ Id: 'i', Warnings: [] }));
    await using _ = engine;
    const headers = { 'X-Trace': '7' };
    const made = await client.containers.create({ Image: 'x' }, { name: 'web' }, { headers });
    assert.equal(made.Id, 'i');
    assert.equal(last()?.url, '/v1.45/containers/create?name=web');
    assert.equal(last()?.headers.get('content-type'), 'application/json');
    assert.equal(last()?.headers.get('content-length'), '13');
    assert.equal(last()?.headers.get('x-trace'), '7');
    await client.images.commit({ container: 'c', repo: 'r' });
    assert.equal(last()?.url, '/v1.45/commit?container=c&repo=r');
    assert.equal(last()?.headers.get('content-length'), '0');
    await client.images.commit({ container: 'c', body: { Cmd: ['a'] } });
    assert.equal(last()?.url, '/v1.45/commit?container=c');
    assert.equal(last()?.headers.get('content-length'), '13');
  });

  test('logins are sent as a header; a push has one in any case', async () => {
    const { engine, client, last } = await fake(lines());
    await using _ = engine;
    await (await client.images.push('a', { tag: '1' })).done();
    assert.equal(last()?.url, '/v1.45/images/a/push?tag=1');
    assert.equal(last()?.headers.get('x-registry-auth'), 'e30=');
    const registryAuth = { username: '??>', password: 'p' };
    await (await client.images.pull({ fromImage: 'a', registryAuth })).done();
    assert.equal(last()?.url, '/v1.45/images/create?fromImage=a');
    const sent = last()?.headers.get('x-registry-auth') ?? '';
    assert.doesNotMatch(sent, /[+/]/);
    assert.deepEqual(JSON.parse(Buffer.from(sent, 'base64url').toString()), registryAuth);
  });

  test('an archive is sent as it is', async () => {
    const { engine, client, last } = await fake(lines({ status: 'sha256:1' }));
    await using _ = engine;
    await (await client.images.import(new Uint8Array([1, 2]), { repo: 'a' })).done();
    assert.equal(last()?.url, '/v1.45/images/create?fromSrc=-&repo=a');
    assert.equal(last()?.headers.get('content-type'), 'application/x-tar');
    assert.equal(last()?.headers.get('content-length'), '2');
  });

  test('an argument that is no name is refused before anything is sent', async () => {
    const { engine, client } = await fake(empty);
    await using _ = engine;
    for (const id of ['', ' ', undefined as unknown as string]) {
      await assert.rejects(client.containers.remove(id), {
        code: 'common.invalid-argument',
        message: 'invalid container name or ID: value is empty',
      });
    }
    assert.equal(engine.requests.length, 0);
  });
});

describe('answers', () => {
  test('no body is undefined, and null is an empty list', async () => {
    const { engine, client } = await fake(jsonAnswer(null));
    await using _ = engine;
    assert.deepEqual(await client.containers.changes('a'), []);
    const silent = await fake(empty);
    await using __ = silent.engine;
    assert.equal(await silent.client.containers.start('a'), undefined);
  });

  test('records come as they are, and can be ended', async () => {
    const { engine, client } = await fake(lines({ Action: 'start' }, { Action: 'die' }));
    await using _ = engine;
    const events = await client.system.events();
    assert.deepEqual(await events.toArray(), [{ Action: 'start' }, { Action: 'die' }]);
    await using again = await client.system.events();
    assert.deepEqual(await again.first(), { Action: 'start' });
  });

  test('a failure told in the middle of progress is thrown', async () => {
    const failure = { errorDetail: { code: 404, message: 'no such tag' }, error: 'no such tag' };
    const { engine, client } = await fake(lines({ status: 'Pulling' }, failure));
    await using _ = engine;
    const seen: unknown[] = [];
    const pull = async () => {
      for await (const record of await client.images.pull({ fromImage: 'a' })) seen.push(record);
    };
    await assert.rejects(pull(), (error) => {
      assert(isApiError(error, 404));
      assert.equal(error.kind, 'not-found');
      assert.equal(error.detail, 'no such tag');
      return true;
    });
    assert.deepEqual(seen, [{ status: 'Pulling' }]);
  });

  test("a path's stat comes with its archive and alone", async () => {
    const stat = { name: 'x', size: 3, mode: 420, mtime: '2026-01-01T00:00:00Z', linkTarget: '' };
    const header = Buffer.from(JSON.stringify(stat)).toString('base64');
    const { engine, client, last } = await fake(
      `HTTP/1.1 200 OK\r\nX-Docker-Container-Path-Stat: ${header}\r\nContent-Length: 3\r\n\r\ntar`,
    );
    await using _ = engine;
    assert.deepEqual(await client.containers.archiveInfo('a', { path: '/x' }), stat);
    assert.equal(last()?.method, 'HEAD');
    const archive = await client.containers.getArchive('a', { path: '/x' });
    assert.deepEqual(archive.stat, stat);
    assert.equal(Buffer.concat(await archive.body.toArray()).toString(), 'tar');
  });

  test('a path stat that cannot be read is told', async () => {
    const { engine, client } = await fake(empty);
    await using _ = engine;
    await assert.rejects(client.containers.archiveInfo('a', { path: '/x' }), (error) =>
      isEngineError(error, 'client.bad-response'),
    );
  });

  test('a refusal has its kind', async () => {
    const { engine, client } = await fake(jsonAnswer({ message: 'in use' }, 409));
    await using _ = engine;
    const error = await client.volumes.remove('v').catch((failure: unknown) => failure);
    assert(isApiError(error, 409));
    assert.equal(error.kind, 'conflict');
    assert.equal(error.message, 'Error response from daemon: in use');
  });
});

describe('limits', () => {
  test('a call without an answer fails after its time', async () => {
    await using engine = await FakeEngine.start(() => {});
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const late = (error: unknown) => isEngineError(error, 'client.timeout');
    await assert.rejects(client.system.info({ timeout: 30 }), late);
    await assert.rejects(client.system.events({}, { timeout: 30 }), late);
    const impatient = createEngineClient({ host: engine.host, version: '1.45', timeout: 30 });
    await assert.rejects(impatient.containers.start('a'), late);
  });

  test('a stream that has begun has no limit', async () => {
    await using engine = await FakeEngine.start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      setTimeout(() => socket.end('8\r\n{"a":1}\n\r\n0\r\n\r\n'), 2500);
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const events = await client.system.events({}, { timeout: 2000 });
    assert.deepEqual(await events.toArray(), [{ a: 1 }]);
  });

  test('an abort before anybody reads waits for the reader', async () => {
    await using engine = await FakeEngine.start((socket, { url }) => {
      if (url.includes('/json')) return;
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    });
    const client = createEngineClient({ host: engine.host, version: '1.45' });
    const stop = new AbortController();
    const events = await client.system.events({}, { signal: stop.signal });
    const logs = client.containers.logs('a', { stdout: true }, { signal: stop.signal });
    while (engine.requests.length < 3) await new Promise(setImmediate);
    stop.abort(new Error('enough'));
    await assert.rejects(logs, /enough/);
    await new Promise(setImmediate);
    await assert.rejects(events.toArray(), /enough/);
  });

  test('a signal ends the wait for the version, and the last one the question', async () => {
    await using engine = await SilentEngine.start();
    const client = createEngineClient({ host: engine.host });
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [first, second].map(({ signal }) => client.system.info({ signal }));
    await engine.untilAsked();
    first.abort(new Error('first'));
    await assert.rejects(calls[0] as Promise<unknown>, /first/);
    assert.equal(engine.ended, 0);
    second.abort(new Error('second'));
    await assert.rejects(calls[1] as Promise<unknown>, /second/);
    await engine.untilEnded(1);
  });
});

/** Accepts connections and never answers, not even a ping. */
class SilentEngine implements AsyncDisposable {
  ended = 0;
  #asked = 0;
  host = '';
  readonly #server = createServer((socket) => {
    this.#asked += 1;
    socket.resume();
    socket.once('close', () => {
      this.ended += 1;
      this.#server.emit('ended');
    });
  });

  static async start(): Promise<SilentEngine> {
    const engine = new SilentEngine();
    engine.#server.listen(0, '127.0.0.1');
    await once(engine.#server, 'listening');
    engine.host = `tcp://127.0.0.1:${(engine.#server.address() as AddressInfo).port}`;
    return engine;
  }

  async untilAsked(): Promise<void> {
    if (this.#asked === 0) await once(this.#server, 'connection');
  }

  async untilEnded(count: number): Promise<void> {
    while (this.ended < count) await once(this.#server, 'ended');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }
}
