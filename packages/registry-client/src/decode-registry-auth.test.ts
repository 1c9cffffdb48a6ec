import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import fc from 'fast-check';
import { decodeRegistryAuth, decodeRegistryConfig } from './decode-registry-auth.ts';

const encode = (value: unknown, encoding: 'base64' | 'base64url' = 'base64url') =>
  Buffer.from(JSON.stringify(value)).toString(encoding);

test('all forms of base64 are read', () => {
  const login = { username: 'bob??>>', password: 'sécret~~', serveraddress: 'r.test' };
  const expected = { username: 'bob??>>', password: 'sécret~~', serverAddress: 'r.test' };
  const standard = encode(login, 'base64');
  for (const text of [encode(login), standard, standard.replace(/=+$/, '')]) {
    assert.deepEqual(decodeRegistryAuth(text), expected);
  }
});

test('tokens and the old auth field are read', () => {
  assert.deepEqual(decodeRegistryAuth(encode({ identitytoken: 'i' })), { identityToken: 'i' });
  assert.deepEqual(decodeRegistryAuth(encode({ registrytoken: 'r' })), { registryToken: 'r' });
  const auth = Buffer.from('bob:a:b').toString('base64');
  assert.deepEqual(decodeRegistryAuth(encode({ auth })), { username: 'bob', password: 'a:b' });
});

test('nothing means nobody', () => {
  for (const text of [undefined, '', encode(null), encode({}), encode({ username: '' })]) {
    assert.deepEqual(decodeRegistryAuth(text), {});
  }
});

test('what cannot be read is refused without being repeated', () => {
  for (const text of ['!secret!', encode('secret'), encode(['secret']), 'c2VjcmV0']) {
    assert.throws(
      () => decodeRegistryAuth(text),
      (error) => {
        assert.ok(isEngineError(error, 'registry.invalid-auth-header'));
        assert.doesNotMatch(error.message, /secret|c2VjcmV0/);
        return true;
      },
    );
  }
});

test('any header is read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(btoa8)), (text) => {
      try {
        decodeRegistryAuth(text);
        decodeRegistryConfig(text);
      } catch (error) {
        assert.ok(isEngineError(error, 'registry.invalid-auth-header'), String(error));
      }
    }),
  );
});

function btoa8(text: string): string {
  return Buffer.from(text).toString('base64');
}
