import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegistryEndpoint } from './registry-endpoints.ts';
import { searchPlace } from './search-images.ts';

const endpoint: RegistryEndpoint = {
  base: 'https://mirror.test/v2',
  name: 'mirror.test',
  mirror: true,
  trust: { insecure: true, authorities: [], folder: '/certs' },
  mayBePlain: false,
  auth: { username: 'bob', password: 'secret' },
  headers: { authorization: 'Basic mirror' },
};

test('a search of Docker Hub has nothing of the server that stands for it', () => {
  const { endpoint: asked, target } = searchPlace(endpoint, 'docker.io', 'q=web');
  // A whole URL on another host is asked for without credentials and with trust of its own.
  assert.equal(String(target), 'https://index.docker.io/v1/search?q=web');
  assert.equal(asked.base, 'https://mirror.test/v2');
});

test('other registries are searched where they are', () => {
  const own = { ...endpoint, mirror: false, base: 'https://registry.test/v2' };
  const place = searchPlace(own, 'registry.test', 'q=web');
  assert.deepEqual(
    [place.endpoint.base, place.target],
    ['https://registry.test/v1', 'search?q=web'],
  );
  const hub = { ...own, base: 'https://registry-1.docker.io/v2' };
  assert.equal(searchPlace(hub, 'docker.io', 'q=web').endpoint.base, 'https://index.docker.io/v1');
});
