import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkDefaultMirror,
  checkInsecureRegistry,
  checkMirror,
  checkRegistries,
} from './check-configuration.ts';

test('mirrors are URLs without query', () => {
  assert.equal(checkMirror('https://mirror.test/'), 'https://mirror.test');
  assert.equal(checkMirror('http://mirror.test:5000/path/'), 'http://mirror.test:5000/path');
  assert.throws(
    () => checkMirror('mirror.test'),
    /invalid mirror: "mirror.test" is not a valid URI/,
  );
  assert.throws(() => checkMirror('ftp://m.test'), /unsupported scheme "ftp" in "ftp:\/\/m.test"/);
  assert.throws(() => checkMirror('https://m.test/?a'), /query or fragment/);
  assert.throws(
    () => checkDefaultMirror('https://u:p@m.test'),
    (error: Error) => {
      assert.match(error.message, /username\/password not allowed/);
      assert.doesNotMatch(error.message, /u:p/);
      return true;
    },
  );
});

test('insecure registries are hosts, addresses and ranges', () => {
  for (const host of ['a.test', 'a.test:5000', '10.0.0.0/8', '[::1]:5000', 'fd00::/8', 'my_host']) {
    assert.equal(checkInsecureRegistry(host), host);
  }
  assert.equal(checkInsecureRegistry('http://a.test'), 'a.test');
  for (const host of [
    '',
    '-a',
    'a.test-',
    'a.test/path',
    'a.test:99999',
    'ftp://a',
    '10.0.0.0/33',
  ]) {
    assert.throws(
      () => checkInsecureRegistry(host),
      /insecure registry .* (is not valid|should not)/,
    );
  }
});

test('registries are checked key by key', () => {
  const good = { 'r.test': { mirrors: ['https://m.test/'], insecure: true, ca: '/ca.pem' } };
  assert.deepEqual(checkRegistries(good), {
    'r.test': { mirrors: ['https://m.test'], insecure: true, ca: '/ca.pem' },
  });
  const wrong: readonly [Record<string, unknown>, RegExp][] = [
    [{ 'r.test': 1 }, /r\.test must be an object/],
    [{ 'r.test': { mirror: [] } }, /r\.test: unknown key "mirror"/],
    [{ 'r.test': { mirrors: 'x' } }, /mirrors must be a list of texts/],
    [{ 'r.test': { insecure: 'yes' } }, /insecure must be a boolean/],
  ];
  for (const [value, message] of wrong) {
    assert.throws(() => checkRegistries(value), {
      code: 'registry.invalid-configuration',
      message,
    });
  }
});
