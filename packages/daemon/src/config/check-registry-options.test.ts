import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRegistryOptions } from './check-registry-options.ts';
import { mergeConfig } from './load-config.ts';
import type { PartialConfig } from './option-table.ts';

const wrong: readonly [PartialConfig, RegExp][] = [
  [{ 'registry-mirrors': ['mirror'] }, /invalid mirror: "mirror" is not a valid URI/],
  [{ 'insecure-registries': ['-bad'] }, /insecure registry -bad is not valid/],
  [{ registries: { a: { mirror: 'x' } } }, /registries: a: unknown key "mirror"/],
  [{ proxies: { 'ftp-proxy': 'x' } }, /proxies\.ftp-proxy/],
  [{ proxies: { 'http-proxy': 5 } }, /must be text/],
  [{ proxies: { 'https-proxy': 'socks5://h:1' } }, /only http and https proxies/],
  [{ 'http-proxy': 'a', proxies: { 'http-proxy': 'b' } }, /given by a flag and in "proxies"/],
  [{ 'max-download-attempts': 0 }, /max-download-attempts/],
  [{ 'max-concurrent-uploads': -1 }, /max-concurrent-uploads/],
  [{ 'registry-timeout': 0 }, /registry-timeout/],
];

for (const [config, message] of wrong) {
  test(`${JSON.stringify(config)} is refused`, () => {
    assert.throws(() => checkRegistryOptions(mergeConfig({}, config)), { message });
  });
}

test('good settings pass', () => {
  const config: PartialConfig = {
    'registry-mirrors': ['https://mirror.test/'],
    'insecure-registries': ['10.0.0.0/8', 'lan.test:5000'],
    proxies: { 'http-proxy': 'proxy.test:3128', 'no-proxy': '*.test' },
  };
  checkRegistryOptions(mergeConfig({}, config));
});
