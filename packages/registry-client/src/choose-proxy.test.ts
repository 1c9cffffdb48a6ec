import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProxy } from './choose-proxy.ts';

const proxy = { httpProxy: 'plain.test:3128', httpsProxy: 'http://secure.test:3128' };

const cases: readonly [string, string, boolean][] = [
  // URL, NO_PROXY, whether a proxy is used
  ['https://registry.test/v2/', '', true],
  ['https://localhost:5000/v2/', '', false],
  ['https://127.0.0.9/v2/', '', false],
  ['https://[::1]:5000/v2/', '', false],
  ['https://registry.test/', '*', false],
  ['https://registry.test/', 'registry.test', false],
  ['https://a.registry.test/', 'registry.test', false],
  ['https://aregistry.test/', 'registry.test', true],
  ['https://registry.test/', '.registry.test', true],
  ['https://a.registry.test/', '.registry.test', false],
  ['https://a.registry.test/', 'x.y, *.registry.test', false],
  ['https://REGISTRY.test/', 'Registry.Test', false],
  ['https://registry.test/', 'registry.test:443', false],
  ['https://registry.test/', 'registry.test:5000', true],
  ['https://10.1.2.3:5000/', '10.0.0.0/8', false],
  ['https://11.1.2.3:5000/', '10.0.0.0/8', true],
  ['https://10.1.2.3:5000/', '10.1.2.3:5000', false],
  ['https://[fd00::5]/', 'fd00::/8', false],
  ['https://10.1.2.3/', '10.0.0.0/99', true],
];

for (const [url, noProxy, used] of cases) {
  test(`${url} with NO_PROXY "${noProxy}" is ${used ? 'proxied' : 'direct'}`, () => {
    const chosen = chooseProxy(new URL(url), { ...proxy, noProxy });
    assert.equal(chosen, used ? 'http://secure.test:3128' : undefined);
  });
}

test('each scheme has its proxy, and a proxy without scheme is one of HTTP', () => {
  const settings = { ...proxy, noProxy: '' };
  assert.equal(chooseProxy(new URL('http://a.test/'), settings), 'http://plain.test:3128');
  const none = { httpProxy: 'plain.test', httpsProxy: '', noProxy: '' };
  assert.equal(chooseProxy(new URL('https://a.test/'), none), undefined);
});
