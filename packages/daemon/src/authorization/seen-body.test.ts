import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { test } from 'node:test';
import { requestFacts } from './request-facts.ts';
import { isLogin, seenBody, seenBodyLimit } from './seen-body.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };

test('a JSON body is shown, and the handler reads it once more', async () => {
  for (const headers of [
    { ...json, 'content-length': '7' },
    { ...json, 'transfer-encoding': 'chunked' },
  ]) {
    const body = Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')]);
    const { text, stream } = await seenBody('/containers/create', headers, body);
    assert.equal(text?.toString(), '{"a":1}');
    assert.equal(await textOf(stream), '{"a":1}');
  }
});

test('archives and logins are not shown', async () => {
  const cases = [
    ['/build', { 'content-type': 'application/x-tar', 'content-length': '3' }],
    ['/v1.51/auth', { ...json, 'content-length': '3' }],
    ['/containers/x/start', {}],
  ] as const;
  for (const [url, headers] of cases) {
    const body = Readable.from([Buffer.from('abc')]);
    const { text, stream } = await seenBody(url, headers, body);
    assert.equal(text, undefined);
    assert.equal(stream, body);
  }
  assert.equal(isLogin('/images/auth/json'), false);
});

test('nothing is hidden behind the end of what is shown', async () => {
  const long = Buffer.alloc(seenBodyLimit + 1, ' ');
  for (const headers of [
    { ...json, 'content-length': String(long.length) },
    { ...json, 'transfer-encoding': 'chunked' },
  ]) {
    await assert.rejects(seenBody('/containers/create', headers, Readable.from([long])), {
      code: 'authorization.body-too-large',
    });
  }
});

test('headers are spelled as Go does, without credentials of registries', () => {
  const { RequestHeaders, User } = requestFacts({
    method: 'POST',
    url: '/x',
    socket: undefined as never,
    rawHeaders: ['x-registry-auth', 'secret', 'user-agent', 'a', 'User-Agent', 'b', 'ETAG', 'c'],
  });
  assert.deepEqual(RequestHeaders, { 'User-Agent': 'b', Etag: 'c' });
  assert.equal(User, undefined);
});
