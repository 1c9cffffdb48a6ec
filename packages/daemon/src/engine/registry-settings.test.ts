import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeConfig } from '../config/load-config.ts';
import { describeProxies, describeRegistries } from '../system/registry-info.ts';
import { registrySettings } from './registry-settings.ts';

test('flags come before the file, and the file before the environment', () => {
  const environment = { HTTP_PROXY: 'http://env', https_proxy: 'http://lower', NO_PROXY: 'env' };
  const file = { proxies: { 'https-proxy': 'http://file' } };
  const config = mergeConfig({ 'no-proxy': 'flag' }, file);
  assert.deepEqual(registrySettings(config, environment).proxy, {
    httpProxy: 'http://env',
    httpsProxy: 'http://file',
    noProxy: 'flag',
  });
});

test('info shows registries in the shape of Docker, without passwords', () => {
  const config = mergeConfig(
    {},
    {
      'registry-mirrors': ['https://mirror.test'],
      'insecure-registries': ['http://lan.test:5000', '10.0.0.0/8'],
      registries: { 'r.test': { mirrors: ['https://user:secret@m.test/cache'] }, '*': {} },
    },
  );
  const registries = describeRegistries(registrySettings(config, {}));
  assert.deepEqual(registries, {
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8', '10.0.0.0/8'],
    IndexConfigs: {
      'lan.test:5000': { Name: 'lan.test:5000', Mirrors: [], Secure: false, Official: false },
      'r.test': {
        ...{ Name: 'r.test', Mirrors: ['https://m.test/cache/'], Secure: true, Official: false },
      },
      'docker.io': {
        ...{ Name: 'docker.io', Mirrors: ['https://mirror.test/'], Secure: true, Official: true },
      },
    },
    Mirrors: ['https://mirror.test/'],
  });
  const proxy = { httpProxy: 'http://u:p@proxy:1', httpsProxy: '', noProxy: 'a,b' };
  assert.deepEqual(describeProxies(proxy), {
    HttpProxy: 'http://xxxxx:xxxxx@proxy:1',
    HttpsProxy: '',
    NoProxy: 'a,b',
  });
});
