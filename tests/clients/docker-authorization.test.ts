import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

/** What the plug-in was asked, with bodies as text. */
interface Question {
  readonly phase: string;
  readonly method: string;
  readonly uri: string;
  readonly body: string;
  readonly status: number | undefined;
  readonly reply: string;
}

type Judge = (question: Question) => object | string;

const allow: Judge = () => ({ Allow: true });
const folder = mkdtempSync(path.join(tmpdir(), 'berth-authz-'));
let questions: Question[] = [];
let judge: Judge = allow;
let daemon: TestDaemon;

const decoded = (value: unknown): string =>
  typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';

const plugin = http.createServer((request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    if (request.url === '/Plugin.Activate') {
      response.end('{"Implements":["authz"]}');
      return;
    }
    const asked = JSON.parse(text) as Record<string, unknown>;
    const question = {
      phase: request.url === '/AuthZPlugin.AuthZReq' ? 'request' : 'reply',
      method: String(asked.RequestMethod),
      uri: String(asked.RequestUri),
      body: decoded(asked.RequestBody),
      status: asked.ResponseStatusCode as number | undefined,
      reply: decoded(asked.ResponseBody),
    };
    questions.push(question);
    const answer = judge(question);
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
});

before(async () => {
  const plugins = path.join(folder, 'plugins');
  mkdirSync(plugins);
  await new Promise<void>((resolve) => plugin.listen(path.join(plugins, 'guard.sock'), resolve));
  daemon = await TestDaemon.start({
    args: ['--plugin-dir', plugins],
    config: { 'authorization-plugins': ['guard'] },
  });
});
after(async () => {
  judge = allow;
  await daemon[Symbol.asyncDispose]();
  plugin.closeAllConnections();
  await new Promise((resolve) => plugin.close(resolve));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  questions = [];
  judge = allow;
});

test('every request and every answer is shown to the plug-in', async () => {
  assert.equal(
    await daemon.dockerOk(['run', '--rm', '-i', 'busybox', 'cat'], { input: 'in' }),
    'in',
  );
  const create = questions.filter(({ uri }) => uri.includes('/containers/create'));
  assert.deepEqual(
    create.map(({ phase, method, status }) => [phase, method, status]),
    [
      ['request', 'POST', undefined],
      ['reply', 'POST', 201],
    ],
  );
  assert.equal(JSON.parse(create[0]?.body ?? '').Image, 'busybox');
  assert.match(JSON.parse(create[1]?.reply ?? '').Id, /^[0-9a-f]{64}$/);
  const attach = questions.filter(({ uri }) => uri.includes('/attach'));
  assert.deepEqual(
    attach.map(({ phase, status }) => [phase, status]),
    [
      ['request', undefined],
      ['reply', 101],
    ],
  );
  assert.equal(await daemon.dockerOk(['info', '-f', '{{.Plugins.Authorization}}']), '[guard]');
});

test('what it denies is not done', async () => {
  judge = ({ uri, body }) =>
    uri.includes('/create') && JSON.parse(body).HostConfig.Privileged === true
      ? { Allow: false, Msg: 'no privileged\u0007 containers' }
      : { Allow: true };
  const denied = await daemon.docker(['create', '--privileged', '--name', 'evil', 'busybox']);
  assert.match(denied.stderr, /authorization denied by plugin guard: no privileged containers/);
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '');
  await daemon.dockerOk(['create', '--name', 'good', 'busybox']);
  await daemon.dockerOk(['rm', 'good']);
});

test('an answer that it denies is not seen', async () => {
  judge = ({ phase, uri }) => ({ Allow: phase === 'request' || !uri.includes('/images/json') });
  const denied = await daemon.docker(['images']);
  assert.match(denied.stderr, /authorization denied by plugin guard/);
  assert.equal(denied.stdout, '');
});

const hostile: readonly (readonly [string, object | string, RegExp])[] = [
  [
    'says that it failed',
    { Allow: true, Err: 'out of order' },
    /plugin guard failed with error: .*out of order/,
  ],
  ['answers no JSON', 'hello', /plugin guard failed with error: .*not a JSON object/],
  ['answers null', 'null', /plugin guard failed with error/],
  ['answers a list', '[true]', /plugin guard failed with error: .*not a JSON object/],
  ['does not say yes', { Allow: 'true', Msg: 7 }, /authorization denied by plugin guard/],
  ['answers without an end', `{"Allow":true,"Msg":"${'x'.repeat(2 << 20)}"}`, /answer is too long/],
];
for (const [what, answer, message] of hostile) {
  test(`a plug-in that ${what} allows nothing`, async () => {
    judge = () => answer;
    assert.match((await daemon.docker(['images'])).stderr, message);
  });
}

test('a plug-in that has gone allows nothing, and a reload without it everything', async () => {
  const socket = path.join(folder, 'plugins/guard.sock');
  plugin.closeAllConnections();
  await new Promise((resolve) => plugin.close(resolve));
  assert.match((await daemon.docker(['images'])).stderr, /guard/);
  daemon.writeConfig({ 'authorization-plugins': ['nobody'] });
  process.kill(daemon.pid, 'SIGHUP');
  await eventually(() => assert.match(daemon.log, /plugin \\"nobody\\" not found/));
  assert.notEqual((await daemon.docker(['images'])).code, 0);
  daemon.writeConfig({});
  process.kill(daemon.pid, 'SIGHUP');
  await eventually(async () => assert.equal((await daemon.docker(['images'])).code, 0));
  await new Promise<void>((resolve) => plugin.listen(socket, resolve));
});

test('a daemon whose plug-in is not there does not start', async () => {
  await assert.rejects(
    TestDaemon.start({ config: { 'authorization-plugins': ['missing'] } }),
    /error validating authorization plugin: plugin "missing" not found/,
  );
});
