import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { hardLink, rawMember, symlink, tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import { TestDaemon } from '@berth/testing';

/** Bad input to a whole daemon: right status, clear text, nothing changed, and the daemon goes on. */

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
});
after(() => daemon[Symbol.asyncDispose]());

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Buffer;
  readonly type?: string;
}

function ask({ method, path: url, body, type = 'application/json' }: Ask): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined || type === '' ? {} : { 'Content-Type': type };
    const options = { socketPath: daemon.socket, method, path: url, headers };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(`${response.statusCode} ${Buffer.concat(chunks)}`));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const create = '/v1.51/containers/create';
const post = (body: string, expected: RegExp, url = create) =>
  [{ method: 'POST', path: url, body }, expected] as const;
const get = (url: string, expected: RegExp) => [{ method: 'GET', path: url }, expected] as const;

const cases: readonly (readonly [Ask, RegExp])[] = [
  post('{', /^400 .*invalid JSON/),
  post('', /^400 .*got EOF while reading request body/),
  post('[]', /^400 .*cannot unmarshal array/),
  post('{"Image":5}', /^400 .*cannot unmarshal number into field Image of type string/),
  post('{"Image":"busybox"}{}', /^400 .*unexpected content after JSON/),
  post('['.repeat(200_000), /^400 .*invalid JSON/),
  post(`{"Labels":{"a":"${'x'.repeat(17 << 20)}"}}`, /^400 .*larger than/),
  post('{"Image":"nope"}', /^404 .*No such image: nope:latest/),
  post('{"Image":"UPPER"}', /^400 .*must be lowercase/),
  post('{"Image":"busybox","Cmd":{"a":1}}', /^400 .*field Cmd of type array/),
  post('{"Image":"busybox","Cmd":["a\\u0000b"]}', /^400 .*NUL/),
  post('{"Image":"busybox","WorkingDir":"relative"}', /^400 .*absolute path/),
  post(
    '{"Image":"busybox","HostConfig":{"Memory":"1g"}}',
    /^400 .*HostConfig.Memory of type int64/,
  ),
  post('{"Image":"busybox","HostConfig":{"Memory":1e400}}', /^400 /),
  post('{"Image":"busybox","HostConfig":{"Memory":-5}}', /^400 .*Minimum memory limit/),
  post('{"Image":"busybox","HostConfig":{"Binds":["/x:relative"]}}', /^400 .*must be absolute/),
  post('{"Image":"busybox","HostConfig":{"PortBindings":{"99999/tcp":[{}]}}}', /^400 .*port/),
  post('{"Image":"busybox"}', /^400 .*Invalid container name/, `${create}?name=../x`),
  post('{"Image":"busybox"}', /^400 .*Invalid container name/, `${create}?name=a%00b`),
  post('{"Name":"../x"}', /^400 .*invalid characters/, '/volumes/create'),
  post('{"Cmd":["a"]}', /^404 .*No such container: nope/, '/containers/nope/exec'),
  post('{}', /^404 .*No such exec instance/, '/exec/nope/start'),
  [{ method: 'POST', path: create, body: '{}', type: '' }, /^400 .*Content-Type/],
  [{ method: 'POST', path: create, body: '{}', type: 'text/plain' }, /^400 .*application.json/],
  get('/containers/nope/json', /^404 .*No such container: nope/),
  get('/images/nope/json', /^404 .*No such image/),
  get('/volumes/nope', /^404 .*no such volume/),
  get('/networks/nope', /^404 .*network nope not found/),
  get('/nowhere', /^404 .*page not found/),
  get('/v9.99/info', /^400 .*too new/),
  get('/v1.2/info', /^400 .*too old/),
  get('/containers/%zz/json', /^400 .*invalid URL escape/),
  get('/containers/json?filters=%7B', /^400 .*invalid filter/),
  get('/containers/json?filters=%7B%22nope%22%3A%5B%22x%22%5D%7D', /^400 .*invalid filter/),
  get('/containers/json?limit=x', /^400 .*limit/),
  get('/events?since=yesterday', /^400 .*since/),
  get(`/${'a'.repeat(200_000)}`, /^4(04|14|31) /),
];

test('requests that make no sense are refused with status and text of Docker', async () => {
  for (const [request, expected] of cases) {
    const answer = await ask(request);
    assert.match(answer, expected, `${request.method} ${request.path.slice(0, 80)}`);
  }
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
  assert.equal(await daemon.dockerOk(['volume', 'ls', '-q']), '');
});

test('a user, group or program that the image lacks fails the start and leaves a container that can go', async () => {
  const bad = {
    user: [['--user', 'nobody-here', 'busybox', 'true'], /unable to find user nobody-here/],
    group: [
      ['--user', 'root:nogroup-here', 'busybox', 'true'],
      /Unable to find group nogroup-here/,
    ],
    program: [['busybox', 'nope'], /"nope": executable file not found/],
  } as const;
  for (const [name, [args, expected]] of Object.entries(bad)) {
    await daemon.dockerOk(['create', '--name', `bad-${name}`, ...args]);
    const answer = await ask({ method: 'POST', path: `/containers/bad-${name}/start` });
    assert.match(answer, /^400 /);
    assert.match(answer.replaceAll('\\"', '"'), expected);
    await daemon.dockerOk(['rm', `bad-${name}`]);
  }
  assert.deepEqual(readdirSync(path.join(daemon.execRoot, 'containers')), []);
  assert.deepEqual(readdirSync(path.join(daemon.execRoot, 'netns')), []);
});

const outside = path.join(tmpdir(), `berth-test-outside-${process.pid}`);
const hostile: Readonly<Record<string, Buffer>> = {
  'a path that leads out': tarOf([{ name: `../../../../../../../..${outside}`, content: 'out' }]),
  'an absolute link, and a file through it': tarOf([
    symlink('way', tmpdir()),
    { name: `way/${path.basename(outside)}`, content: 'out' },
  ]),
  'a hard link to a file outside': tarOf([
    hardLink('stolen', '../../../../../../../../etc/passwd'),
  ]),
  'a header that claims 1 GB': rawMember({ name: 'file', size: 1 << 30 }, 'little'),
  'an extended header that claims 1 GB': rawMember({ typeFlag: 'x', size: 1 << 30 }, '12 path=a\n'),
  'a long name that claims 1 GB': rawMember({ typeFlag: 'L', size: 1 << 30 }, 'name'),
  'no tar at all': Buffer.alloc(100_000, 'rubbish '),
};

for (const [name, archive] of Object.entries(hostile)) {
  test(`an archive with ${name} does no harm`, async () => {
    const before = memoryOf(daemon.pid);
    const put = {
      method: 'PUT',
      path: '/containers/target/archive?path=/',
      type: 'application/x-tar',
    };
    await daemon.dockerOk(['create', '--name', 'target', 'busybox', 'true']);
    for (const request of [
      { method: 'POST', path: '/images/create?fromSrc=-&repo=hostile', type: 'application/x-tar' },
      { method: 'POST', path: '/images/load', type: 'application/x-tar' },
      put,
    ]) {
      const answer = await ask({ ...request, body: archive });
      const contained = /^200 /.test(answer) && !/"error"/.test(answer);
      if (!contained)
        assert.match(answer, /^(400|500|200) .*"(message|error)":"[^"]{8,}/, request.path);
      assert.equal(existsSync(outside), false, request.path);
    }
    rmSync(outside, { force: true });
    await daemon.dockerOk(['rm', 'target']);
    await daemon.docker(['rmi', 'hostile']);
    assert.ok(memoryOf(daemon.pid) - before < 200 << 20, 'memory');
    assert.equal(await daemon.dockerOk(['run', '--rm', 'busybox', 'echo', 'alive']), 'alive');
    assert.deepEqual(readdirSync(path.join(daemon.dataRoot, 'content/ingest')), []);
  });
}

/** Resident bytes of a process. */
function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

test('a broken configuration document in an image is refused', async () => {
  const parts = (config: string) =>
    tarOf([
      { name: 'config.json', content: config },
      { name: 'layer.tar', content: tarOf([{ name: 'file', content: 'x' }]) },
      {
        name: 'manifest.json',
        content: JSON.stringify([
          { Config: 'config.json', RepoTags: ['broken:1'], Layers: ['layer.tar'] },
        ]),
      },
    ]);
  for (const config of ['', '{', '[]', '{"rootfs":5}', '{"os":"linux","architecture":"amd64"}']) {
    const file = path.join(daemon.directory, 'broken.tar');
    writeFileSync(file, parts(config));
    const loaded = await daemon.docker(['load', '-i', file]);
    assert.notEqual(loaded.code, 0, config);
    assert.notEqual(loaded.stderr, '', config);
  }
  assert.equal(await daemon.dockerOk(['images', '-q', 'broken']), '');
});
