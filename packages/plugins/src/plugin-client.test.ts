import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { PluginClient } from './plugin-client.ts';

const patience = { answer: 60_000, restart: 60_000, farewell: 100 };
const impatience = { ...patience, answer: 200 };
const activated = JSON.stringify({ Implements: ['NetworkDriver'] });

let directory: string;
let socket: string;
let servers: http.Server[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'berth-plugins-'));
  socket = path.join(directory, 'plug.sock');
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true });
});

/** A plug-in that activates well and answers everything else with `answer`. */
async function serve(answer: http.RequestListener): Promise<void> {
  const server = http.createServer((request, response) => {
    if (request.url === '/Plugin.Activate') response.end(activated);
    else answer(request, response);
  });
  servers.push(server);
  server.listen(socket);
  await once(server, 'listening');
}

const client = () => new PluginClient('plug', { kind: 'unix', path: socket }, patience);
const call = (limits = patience) =>
  new PluginClient('plug', { kind: 'unix', path: socket }, limits).call('NetworkDriver.Join', {});

const hostile: readonly [string, RegExp, http.RequestListener, limits?: typeof patience][] = [
  [
    'trickles without an end',
    /it does not answer \(waited 0.2 s\)/,
    (_, response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.once('close', () => clearInterval(drip));
    },
    impatience,
  ],
  ['never comes', /it does not answer/, () => undefined, impatience],
  ['is no JSON', /its answer is not a JSON object/, (_, response) => response.end('<html>')],
  ['is a list', /its answer is not a JSON object/, (_, response) => response.end('[1]')],
  [
    'is deep',
    /its answer is not a JSON object/,
    (_, response) => response.end('['.repeat(500_000)),
  ],
  [
    'is huge',
    /its answer is too long/,
    (_, response) => {
      response.on('error', () => undefined);
      response.end(`{"x":"${'y'.repeat(3 << 20)}"}`);
    },
  ],
  [
    'is a failure without words',
    /it answers with status 500/,
    (_, response) => response.writeHead(500).end('{}'),
  ],
  [
    'is a failure with words for a terminal',
    /NetworkDriver.Join: no \[31m more$/,
    (_, response) => response.writeHead(500).end(JSON.stringify({ Err: 'no \u001b[31m\nmore' })),
  ],
  [
    'is a failure with too many words',
    /x{1000}…$/,
    (_, response) => response.end(JSON.stringify({ Err: 'x'.repeat(100_000) })),
  ],
  ['is cut off', /socket hang up|closed/, (request) => request.socket.destroy()],
  [
    'is cut off within',
    /aborted|socket hang up|closed/,
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => request.socket.destroy());
    },
  ],
];

for (const [what, expected, answer, limits] of hostile) {
  test(`an answer that ${what} is a clear failure`, async () => {
    await serve(answer);
    await assert.rejects(call(limits), (error: Error) => {
      assert.match(error.message, expected);
      assert.match(error.message, /^plugin plug: NetworkDriver.Join: /);
      return true;
    });
  });
}

test('a plug-in that is being restarted is waited for, but not by what only tidies up', async () => {
  await assert.rejects(call(), /it is not there .*ENOENT/);
  await serve((_, response) => response.end('{"Gateway":"10.0.0.1"}'));
  const known = client();
  await known.call('NetworkDriver.Join', {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const again = known.call('NetworkDriver.Join', {});
  await assert.rejects(known.callOnce('NetworkDriver.Leave', {}), /ENOENT/);
  await serve((_, response) => response.end('{"Gateway":"10.0.0.2"}'));
  assert.deepEqual(await again, { Gateway: '10.0.0.2' });
});

test('methods that a plug-in need not have', async () => {
  await serve((_, response) => response.writeHead(404).end('404 page not found'));
  assert.equal(await client().callOptional('NetworkDriver.GetCapabilities', {}), undefined);
  await assert.rejects(call(), /status 404/);
  await assert.rejects(
    client().call('IpamDriver.RequestPool', {}),
    /does not implement IpamDriver/,
  );
});

test('a specification that cannot be used is told when the plug-in is called', async () => {
  const broken = new PluginClient('plug', { kind: 'invalid', reason: 'it is not JSON' }, patience);
  await assert.rejects(broken.implements(), /plugin plug: Plugin.Activate: it is not JSON/);
});
