import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand } from '@berth/testing';

/**
 * What `config.json` sets is sent and shown by `berth` as by `docker`: each command line is run by both against the same
 * daemon of canned answers, and requests and output must be alike.
 */

const berth = path.resolve(import.meta.dirname, '../../bin/berth');
const id = 'a'.repeat(64);
let folder: string;
let server: http.Server;
let host: string;
let requests: Request[] = [];

interface Request {
  readonly line: string;
  readonly header: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const usage = {
  read: '2026-01-01T00:00:01Z',
  preread: '2026-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 1 }, system_cpu_usage: 1, online_cpus: 1 },
  memory_stats: { usage: 1024, limit: 2048 },
  pids_stats: { current: 3 },
};
const answers: readonly (readonly [pattern: RegExp, status: number, body: unknown])[] = [
  [/^GET \/containers\/json/, 200, [{ Id: id, Names: ['/web'], Image: 'busybox', Ports: [] }]],
  [/^GET \/images\/json/, 200, [{ Id: `sha256:${id}`, RepoTags: ['busybox:1'], Size: 1 }]],
  [/^GET \/networks/, 200, [{ Id: id, Name: 'net', Driver: 'bridge', Scope: 'local' }]],
  [/^GET \/volumes/, 200, { Volumes: [{ Name: 'vol', Driver: 'local' }], Warnings: null }],
  [/^POST \/containers\/create/, 201, { Id: id, Warnings: [] }],
  [/^POST \/containers\/web\/exec/, 201, { Id: 'e1' }],
  [/^GET \/containers\/web\/json/, 200, { Id: id, State: { Running: true }, Config: {} }],
  [/^POST \/exec\/e1\/start/, 200, undefined],
  [/^GET \/containers\/web\/stats/, 200, { name: '/web', id, ...usage }],
];

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-config-'));
  mkdirSync(path.join(folder, 'home'));
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
  });
  const socket = path.join(folder, 'd.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  host = `unix://${socket}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function answer(request: http.IncomingMessage, text: string, response: http.ServerResponse) {
  const line = `${request.method} ${(request.url ?? '').replace(/^\/v\d\.\d+/, '')}`;
  response.setHeader('Api-Version', '1.47');
  response.setHeader('OSType', 'linux');
  response.setHeader('Content-Type', 'application/json');
  if (line.endsWith('/_ping')) {
    response.end('OK');
    return;
  }
  const header = request.headers['x-meta-team'];
  requests.push({ line, header: header?.toString(), body: text === '' ? {} : JSON.parse(text) });
  const [, status, body] = answers.find(([pattern]) => pattern.test(line)) ?? [/./, 404, {}];
  response.statusCode = status;
  response.end(body === undefined ? '' : `${JSON.stringify(body)}\n`);
}

async function outcome(client: string, config: object, args: readonly string[]) {
  const home = path.join(folder, 'home');
  writeFileSync(path.join(home, 'config.json'), JSON.stringify(config));
  requests = [];
  const env = { DOCKER_CONFIG: home, HOME: home, DOCKER_HOST: host, BERTH_HOST: '' };
  const { code, stdout } = await runCommand(client, args, { env });
  return { code, stdout, requests };
}

/** What both clients do, which must be the same. */
async function both(config: object, args: readonly string[]) {
  const [asDocker, asBerth] = [
    await outcome('docker', config, args),
    await outcome(berth, config, args),
  ];
  assert.deepEqual([asBerth.code, asBerth.stdout], [asDocker.code, asDocker.stdout]);
  assert.equal(asBerth.code, 0);
  return { docker: asDocker.requests, berth: asBerth.requests, stdout: asBerth.stdout };
}

const formats = {
  psFormat: [['ps'], '{{.Names}} is a container'],
  imagesFormat: [['images'], 'table {{.Repository}}\t{{.Tag}}'],
  networksFormat: [['network', 'ls'], '{{.Name}}: {{.Driver}}'],
  volumesFormat: [['volume', 'ls'], '{{.Name}}: {{.Driver}}'],
  statsFormat: [['stats', '--no-stream', 'web'], '{{.Name}} {{.PIDs}}'],
} as const;

for (const [key, [args, format]] of Object.entries(formats)) {
  test(`${key} is the default, --format and -q come before it`, async () => {
    const config = { [key]: format };
    const { stdout } = await both(config, args);
    assert.match(
      stdout,
      /is a container|REPOSITORY +TAG\nbusybox +1|net: bridge|vol: local|web \d/,
    );
    const other = await both(config, [...args, '--format', 'other']);
    assert.equal(other.stdout, 'other\n');
    if (args[0] !== 'stats') await both(config, [...args, '-q']);
  });
}

test('HttpHeaders go with every request', async () => {
  const seen = await both({ HttpHeaders: { 'X-Meta-Team': 'harbour' } }, ['ps']);
  for (const sent of [seen.docker, seen.berth]) {
    assert.deepEqual(
      sent.map(({ header }) => header),
      ['harbour'],
    );
  }
});

function environmentOf(sent: readonly Request[]): readonly string[] {
  const created = sent.find(({ line }) => line.startsWith('POST /containers/create'));
  return ((created?.body['Env'] ?? []) as string[]).toSorted();
}

test('proxies become variables of new containers, below those of the command line', async () => {
  const proxies = {
    default: {
      httpProxy: 'http://proxy:1',
      httpsProxy: 'http://proxy:2',
      noProxy: 'localhost',
      ftpProxy: 'http://proxy:3',
      allProxy: 'socks5://proxy:4',
    },
  };
  const plain = await both({ proxies }, ['create', 'busybox']);
  assert.equal(environmentOf(plain.berth).length, 10);
  assert.deepEqual(environmentOf(plain.berth), environmentOf(plain.docker));
  const own = ['create', '-e', 'HTTP_PROXY=mine', '-e', 'no_proxy=', '-e', 'A=b', 'busybox'];
  const kept = await both({ proxies }, own);
  assert.deepEqual(environmentOf(kept.berth), environmentOf(kept.docker));
  assert.ok(environmentOf(kept.berth).includes('HTTP_PROXY=mine'));
});

test('proxies of one daemon come before the default ones', async () => {
  const proxies = { default: { httpProxy: 'http://all' }, [host]: { httpProxy: 'http://this' } };
  const seen = await both({ proxies }, ['create', 'busybox']);
  const expected = ['HTTP_PROXY=http://this', 'http_proxy=http://this'];
  assert.deepEqual(environmentOf(seen.berth), expected);
  assert.deepEqual(environmentOf(seen.docker), expected);
});

test('detachKeys are sent, --detach-keys come before them', async () => {
  const config = { detachKeys: 'ctrl-e,e' };
  const keys = (sent: readonly Request[]) =>
    sent.flatMap(({ line, body }) => (line.endsWith('/exec') ? [body['DetachKeys']] : []));
  const byConfig = await both(config, ['exec', '-d', 'web', 'true']);
  assert.deepEqual([keys(byConfig.docker), keys(byConfig.berth)], [['ctrl-e,e'], ['ctrl-e,e']]);
  const line = ['exec', '-d', '--detach-keys', 'ctrl-x', 'web', 'true'];
  const byFlag = await both(config, line);
  assert.deepEqual([keys(byFlag.docker), keys(byFlag.berth)], [['ctrl-x'], ['ctrl-x']]);
});

test('what cannot be used of config.json is told, and the command goes on', async () => {
  const home = path.join(folder, 'home');
  const env = { DOCKER_CONFIG: home, HOME: home, DOCKER_HOST: host, BERTH_HOST: '' };
  const cases = {
    '{"auths": {"r": {"auth": "c2VjcmV0"}},,}': /Expected double-quoted|Unexpected token/,
    '[]': /it is no JSON object/,
    '{"psFormat": {}, "detachKeys": 3, "HttpHeaders": {"a": 1}, "proxies": {"default": 1}}':
      /psFormat has to be a string/,
  };
  for (const [text, problem] of Object.entries(cases)) {
    writeFileSync(path.join(home, 'config.json'), text);
    const { code, stdout, stderr } = await runCommand(berth, ['ps', '--no-trunc', '-q'], { env });
    assert.deepEqual([code, stdout], [0, `${id}\n`], stderr);
    assert.match(stderr, /^WARNING: Error loading config file: .*config\.json: /);
    assert.match(stderr, problem);
    assert.doesNotMatch(stderr, /c2VjcmV0|internal error/);
    const docker = await runCommand('docker', ['ps', '--no-trunc', '-q'], { env });
    assert.deepEqual([docker.code, docker.stdout], [code, stdout]);
  }
});
