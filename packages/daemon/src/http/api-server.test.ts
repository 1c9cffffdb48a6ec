import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { engineError } from '@berth/errors';
import { createEventBus } from '@berth/events';
import { textFormat } from '../logging/log-format.ts';
import { Logger } from '../logging/logger.ts';
import { earlyHandlers, handlers } from '../routes/index.ts';
import { ApiServer } from './api-server.ts';
import { Dispatcher } from './dispatcher.ts';
import { connect, inject, openRequest } from './inject.ts';
import type { EngineServices } from './services.ts';

type Fakes = { readonly [Name in keyof EngineServices]?: object };

function serve(fakes: Fakes = {}): { server: Server; api: ApiServer; lines: string[] } {
  const services = { events: createEventBus(), ...fakes } as unknown as EngineServices;
  return serveWith(Promise.resolve(services));
}

function serveWith(services: Promise<EngineServices>): ReturnType<typeof serve> {
  const lines: string[] = [];
  const logger = new Logger({
    level: 'error',
    format: textFormat,
    write: (line) => lines.push(line),
  });
  const dispatcher = new Dispatcher({ handlers, earlyHandlers, services });
  const api = new ApiServer({ dispatcher, logger, product: 'Berth/test (linux)' });
  return { server: api.attach(), api, lines };
}

async function readAll(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

describe('while the engine starts', () => {
  test('a ping is answered; other requests wait, and are then served', async () => {
    const started = Promise.withResolvers<EngineServices>();
    const { server } = serveWith(started.promise);
    let listed = false;
    const list = inject(server, { url: '/containers/json' });
    void list.then(() => (listed = true));
    assert.equal((await inject(server, { url: '/_ping' })).text, 'OK');
    assert.equal(listed, false);
    const containers = { list: async () => [] };
    started.resolve({ containers } as unknown as EngineServices);
    assert.equal((await list).text, '[]\n');
  });

  test('one that does not come up tells who waits why', async () => {
    const started = Promise.withResolvers<EngineServices>();
    const waiting = inject(serveWith(started.promise).server, { url: '/info' });
    started.reject(engineError('daemon.no-runtime', {}));
    const reply = await waiting;
    assert.equal(reply.status >= 400, true);
    assert.match(reply.text, /neither crun nor runc/);
  });
});

describe('ping', () => {
  test('announces version, platform and builder', async () => {
    const reply = await inject(serve().server, { url: '/_ping' });
    assert.equal(reply.text, 'OK');
    assert.equal(reply.headers['api-version'], '1.51');
    assert.equal(reply.headers.ostype, 'linux');
    assert.equal(reply.headers['docker-experimental'], 'false');
    assert.equal(reply.headers['builder-version'], '1');
    assert.equal(reply.headers.swarm, 'inactive');
    assert.equal(reply.headers.server, 'Berth/test (linux)');
    assert.equal(reply.headers['content-type'], 'text/plain; charset=utf-8');
  });

  test('HEAD has the same headers and no body', async () => {
    const reply = await inject(serve().server, { method: 'HEAD', url: '/v1.41/_ping' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-length'], '0');
    assert.equal(reply.headers['api-version'], '1.51');
  });
});

describe('paths and versions', () => {
  const cases: readonly [string, number, string][] = [
    ['/nowhere', 404, 'page not found'],
    ['/v1.99/nowhere', 404, 'page not found'],
    [
      '/v1.10/_ping',
      400,
      'client version 1.10 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    ],
    ['/v1.99/_ping', 400, 'client version 1.99 is too new. Maximum supported API version is 1.51'],
    [
      '/v1.51/plugins/privileges',
      501,
      'GetPluginPrivileges (GET /plugins/privileges) is not implemented by this version of Berth',
    ],
    ['/images/%zz/json', 400, 'invalid URL escape in %zz'],
  ];
  for (const [url, status, message] of cases) {
    test(`GET ${url} answers ${status}`, async () => {
      const reply = await inject(serve().server, { url });
      assert.equal(reply.status, status);
      assert.deepEqual(reply.json(), { message });
      assert.equal(reply.headers['content-type'], 'application/json');
    });
  }

  test('image names keep their slashes, container names lose their leading one', async () => {
    const seen: string[] = [];
    const inspect = async (name: string) => {
      seen.push(name);
      return {};
    };
    const { server } = serve({ images: { inspect }, containers: { inspect } });
    await inject(server, { url: '/images/registry:5000/a/b:1.0/json' });
    await inject(server, { url: '/images/a%2Fjson/json' });
    await inject(server, { url: '/v1.40/containers//web/json' });
    assert.deepEqual(seen, ['registry:5000/a/b:1.0', 'a/json', 'web']);
  });
});

describe('what needs a swarm or a plug-in', () => {
  test('is answered as by an engine that has none', async () => {
    const { server } = serve();
    const services = await inject(server, { url: '/services' });
    assert.equal(services.status, 503);
    assert.match(services.text, /This node is not a swarm manager/);
    assert.deepEqual((await inject(server, { url: '/plugins' })).json(), []);
    assert.equal((await inject(server, { url: '/plugins/x/json' })).status, 404);
  });
});

describe('failures', () => {
  test('an EngineError is answered by its kind', async () => {
    const containers = {
      kill: async () => {
        throw engineError('common.invalid-argument', { reason: 'no' });
      },
    };
    const reply = await inject(serve({ containers }).server, {
      method: 'POST',
      url: '/containers/x/kill',
    });
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.json(), { message: 'no' });
  });

  test('any other error is a 500 and is logged with its stack', async () => {
    const containers = {
      kill: async () => {
        throw new TypeError('bug of ours');
      },
    };
    const { server, lines } = serve({ containers });
    const reply = await inject(server, { method: 'POST', url: '/containers/x/kill' });
    assert.equal(reply.status, 500);
    assert.deepEqual(reply.json(), { message: 'bug of ours' });
    assert.match(lines.join(''), /Handler for POST \/containers\/x\/kill failed.*TypeError/);
  });

  test('not modified has neither body nor message', async () => {
    const containers = { start: async () => false };
    const reply = await inject(serve({ containers }).server, {
      method: 'POST',
      url: '/containers/x/start',
    });
    assert.equal(reply.status, 304);
    assert.equal(reply.text, '');
  });
});

describe('bodies', () => {
  const create = (options: { headers?: Record<string, string>; body?: object | string }) =>
    inject(serve({ containers: { create: async () => ({ Id: 'id', Warnings: [] }) } }).server, {
      method: 'POST',
      url: '/containers/create?name=web',
      ...options,
    });
  const jsonType = { 'Content-Type': 'application/json; charset=utf-8' };

  const refused: readonly [string, Record<string, string>, string, string][] = [
    [
      'another content type',
      { 'Content-Type': 'text/plain' },
      '{}',
      "unsupported Content-Type header (text/plain): must be 'application/json'",
    ],
    ['no content type', {}, '{}', 'malformed Content-Type header (): mime: no media type'],
    ['blank', jsonType, ' ', 'invalid JSON: got EOF while reading request body'],
    [
      'a wrong type',
      jsonType,
      '{"HostConfig":{"Memory":"1g"}}',
      'invalid JSON: cannot unmarshal string into field HostConfig.Memory of type int64',
    ],
    [
      'a wrong item type',
      jsonType,
      '{"Env":["a",1]}',
      'invalid JSON: cannot unmarshal number into field Env[1] of type string',
    ],
    [
      'a list',
      jsonType,
      '[]',
      'invalid JSON: cannot unmarshal array into field (body) of type object',
    ],
    ['two values', jsonType, '{} {}', 'unexpected content after JSON'],
  ];
  for (const [name, headers, body, message] of refused) {
    test(`refuses ${name}`, async () => {
      const reply = await create({ headers, body });
      assert.equal(reply.status, 400);
      assert.deepEqual(reply.json(), { message });
    });
  }

  test('refuses malformed JSON and says where', async () => {
    const reply = await create({ headers: jsonType, body: '{"Image":' });
    assert.equal(reply.status, 400);
    assert.match(reply.text, /invalid JSON: /);
  });

  test('refuses no body', async () => {
    const reply = await create({});
    assert.deepEqual(reply.json(), {
      message: 'invalid JSON: got EOF while reading request body',
    });
  });

  test('accepts a body and answers 201', async () => {
    const reply = await create({ body: { Image: 'busybox', Unknown: 1, cmd: 'true' } });
    assert.equal(reply.status, 201);
    assert.deepEqual(reply.json(), { Id: 'id', Warnings: [] });
  });
});

describe('chunked bodies', () => {
  // Without a Content-Length, as clients in Java and whoever streams a body send it.
  async function chunked(chunks: readonly string[]): Promise<string> {
    const containers = { create: async () => ({ Id: 'id', Warnings: [] }) };
    const client = connect(serve({ containers }).server);
    client.write(
      'POST /containers/create HTTP/1.1\r\nHost: a\r\nConnection: close\r\n' +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    for (const chunk of [...chunks, '']) {
      client.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
      await turn();
    }
    return await readAll(client);
  }

  test('are read', async () => {
    assert.match(await chunked(['{"Image"', ':"busybox"}']), /^HTTP\/1.1 201 /);
  });

  test('are refused when they are empty or too long', async () => {
    assert.match(await chunked([]), /400 [\s\S]*got EOF while reading request body/);
    const long = Array.from({ length: 17 }, () => ' '.repeat(1024 * 1024));
    assert.match(await chunked(long), /400 [\s\S]*request body is larger than 16777216 bytes/);
  });
});

describe('streams', () => {
  test('a wait sends its head before the result is known', async () => {
    const result = Promise.withResolvers<object>();
    const { server } = serve({ containers: { wait: async () => ({ result: result.promise }) } });
    const request = openRequest(server, { method: 'POST', url: '/containers/x/wait' });
    request.end();
    const [response] = await once(request, 'response');
    assert.equal(response.statusCode, 200);
    result.resolve({ StatusCode: 3 });
    assert.equal(await readAll(response), '{"StatusCode":3}\n');
  });

  test('a client that goes away aborts its operation', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const wait = async (_name: string, _condition: string, signal: AbortSignal) => {
      started.resolve(signal);
      return { result: new Promise<never>(() => undefined) };
    };
    const { server } = serve({ containers: { wait } });
    const request = openRequest(server, { method: 'POST', url: '/containers/x/wait' });
    request.on('error', () => undefined);
    request.end();
    const signal = await started.promise;
    const aborted = once(signal, 'abort');
    request.destroy();
    await aborted;
  });

  test('events arrive while the request is open, with raw nanoseconds', async () => {
    const events = createEventBus({ clock: { nowNano: () => 1_700_000_000_123_456_789n } });
    const { server } = serve({ events });
    const request = openRequest(server, { url: '/v1.41/events' });
    request.end();
    const [response] = await once(request, 'response');
    events.publish({
      type: 'container',
      action: 'start',
      actorId: 'abc',
      attributes: { image: 'busybox', name: 'web' },
    });
    const [chunk] = await once(response, 'data');
    assert.equal(
      String(chunk),
      '{"status":"start","id":"abc","from":"busybox","Type":"container","Action":"start","Actor":{"ID":"abc",' +
        '"Attributes":{"image":"busybox","name":"web"}},"scope":"local","time":1700000000,"timeNano":1700000000123456789}\n',
    );
    request.destroy();
    while (events.subscriberCount > 0) await turn();
  });

  test('a failure before the first progress line is an ordinary error', async () => {
    const images = {
      load: async () => {
        throw engineError('common.invalid-argument', { reason: 'bad tar' });
      },
    };
    const reply = await inject(serve({ images }).server, { method: 'POST', url: '/images/load' });
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.json(), { message: 'bad tar' });
  });

  test('a failure after the first progress line is the last line', async () => {
    const images = {
      load: async (_source: Readable, _options: object, sink: (message: object) => void) => {
        sink({ status: 'Loading layer' });
        throw engineError('common.invalid-argument', { reason: 'bad tar' });
      },
    };
    const reply = await inject(serve({ images }).server, { method: 'POST', url: '/images/load' });
    assert.equal(reply.status, 200);
    assert.deepEqual(
      reply.text
        .trim()
        .split('\r\n')
        .map((line) => JSON.parse(line)),
      [{ status: 'Loading layer' }, { errorDetail: { message: 'bad tar' }, error: 'bad tar' }],
    );
  });

  test('a saved image is streamed', async () => {
    const images = { save: async () => Readable.from([Buffer.from('tar'), Buffer.from('ball')]) };
    const reply = await inject(serve({ images }).server, { url: '/images/get?names=a&names=b' });
    assert.equal(reply.headers['content-type'], 'application/x-tar');
    assert.equal(reply.text, 'tarball');
  });
});

describe('hijacked connections', () => {
  const echo = {
    tty: false,
    run: async (client: Duplex) => {
      for await (const chunk of client) client.write(chunk);
      client.end('bye');
    },
  };
  const containers = { attach: async () => echo, execStart: async () => echo };

  test('attach with Upgrade is echoed until the client half-closes', async () => {
    const client = connect(serve({ containers }).server);
    client.write(
      'POST /v1.41/containers/x/attach?stream=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ',
    );
    client.end('last ');
    assert.equal(
      await readAll(client),
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst last bye',
    );
  });

  test('attach without Upgrade answers 200 and is raw all the same', async () => {
    const client = connect(serve({ containers }).server);
    client.write('POST /v1.51/containers/x/attach HTTP/1.1\r\nHost: a\r\n\r\n');
    const [head] = await once(client, 'data');
    assert.equal(
      String(head),
      'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n',
    );
    client.end('input ');
    assert.equal(await readAll(client), 'input bye');
  });

  test('the body of exec start is not part of the stream, however it is cut', async () => {
    const client = connect(serve({ containers }).server);
    client.write(
      'POST /exec/x/start HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n' +
        'Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"Tty"',
    );
    await turn();
    client.end(': false}stdin ');
    const text = await readAll(client);
    assert.match(
      text,
      /^HTTP\/1.1 101 UPGRADED\r\nContent-Type: application\/vnd.docker.multiplexed-stream/,
    );
    assert.match(text, /\r\n\r\nstdin bye$/);
  });

  const chunkedStart =
    'POST /exec/x/start HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n' +
    'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

  test('a chunked body of exec start is not part of the stream, however it is cut', async () => {
    const body = '6\r\n{"Tty"\r\n0008;x=y\r\n: false}\r\n0\r\nX-Trailer: 1\r\n\r\n';
    const whole = `${chunkedStart}${body}stdin `;
    for (let cut = chunkedStart.length; cut < whole.length; cut += 3) {
      const client = connect(serve({ containers }).server);
      client.write(whole.slice(0, cut));
      await turn();
      client.end(whole.slice(cut));
      assert.match(await readAll(client), /^HTTP\/1.1 101 UPGRADED\r\n[\s\S]*\r\n\r\nstdin bye$/);
    }
  });

  const malformed: [string, string, RegExp][] = [
    ['a size that is none', 'g\r\n', /malformed chunked request body: the size/],
    ['a chunk that is longer than it says', '1\r\n{}\r\n', /longer than it says/],
    ['a line without an end', 'f'.repeat(9000), /a line is too long/],
    ['trailers without an end', `0\r\n${'a: b\r\n'.repeat(100)}`, /too many trailers/],
    ['too large a body', 'ffffffff\r\n', /larger than 1048576 bytes/],
    ['a body that is cut off', '9\r\n{', /ended 8 bytes before the end/],
  ];
  for (const [name, body, message] of malformed) {
    test(`a chunked body is refused with ${name}`, async () => {
      const client = connect(serve({ containers }).server);
      client.end(chunkedStart + body);
      const answer = await readAll(client);
      assert.match(answer, /^HTTP\/1.1 400 /);
      assert.match(answer, message);
    });
  }

  for (const upgrade of ['Connection: Upgrade\r\nUpgrade: tcp\r\n', '']) {
    const kind = upgrade === '' ? 'without' : 'with';
    test(`a body that attach has no use for is no input, ${kind} Upgrade`, async () => {
      const client = connect(serve({ containers }).server);
      const head = 'POST /containers/x/attach HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n';
      client.write(`${head}${upgrade}\r\n{"stdin"`);
      await turn();
      client.write(':1}');
      await once(client, 'data');
      client.end('input ');
      assert.equal(await readAll(client), 'input bye');
    });
  }

  test('a failure is an ordinary answer', async () => {
    const attach = async () => {
      throw engineError('common.invalid-argument', { reason: 'no' });
    };
    const client = connect(serve({ containers: { attach } }).server);
    client.write(
      'POST /containers/x/attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    const text = await readAll(client);
    assert.match(text, /^HTTP\/1.1 400 /);
    assert.match(text, /\{"message":"no"\}\n$/);
  });

  test('an upgrade to another protocol is answered as if it were none', async () => {
    const reply = await inject(serve().server, {
      url: '/_ping',
      headers: {
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABk',
      },
    });
    assert.equal(reply.status, 200);
  });
});
