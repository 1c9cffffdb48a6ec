import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  familiarName,
  familiarString,
  formatReference,
  parseAnyReference,
  parseReference,
  referenceWithTag,
  withDefaultTag,
} from './reference.ts';

const hex = 'a'.repeat(64);

const normalised: Readonly<Record<string, string>> = {
  busybox: 'docker.io/library/busybox',
  'busybox:1.36': 'docker.io/library/busybox:1.36',
  'library/busybox': 'docker.io/library/busybox',
  'docker.io/busybox': 'docker.io/library/busybox',
  'index.docker.io/busybox': 'docker.io/library/busybox',
  'index.docker.io/library/busybox': 'docker.io/library/busybox',
  'user/app:v1': 'docker.io/user/app:v1',
  'localhost/app': 'localhost/app',
  'localhost:5000/app:v1': 'localhost:5000/app:v1',
  'registry.example/a/b/c': 'registry.example/a/b/c',
  'REGISTRY/app': 'REGISTRY/app',
  '[::1]:5000/app': '[::1]:5000/app',
  'a__b/c--d/e.f_g': 'docker.io/a__b/c--d/e.f_g',
  [`app@sha256:${hex}`]: `docker.io/library/app@sha256:${hex}`,
  [`app:1@sha256:${hex}`]: `docker.io/library/app:1@sha256:${hex}`,
  'app:_odd-Tag.1': 'docker.io/library/app:_odd-Tag.1',
  'docker.io/library/a/b': 'docker.io/library/a/b',
};

for (const [text, full] of Object.entries(normalised)) {
  test(`"${text}" means ${full}`, () => {
    const reference = parseReference(text);
    assert.equal(formatReference(reference), full);
    assert.deepEqual(parseReference(familiarString(reference)), reference);
  });
}

const invalid: Readonly<Record<string, string>> = {
  '': 'invalid reference format',
  ':tag': 'invalid reference format',
  'app:': 'invalid reference format',
  'app:tag:tag': 'invalid reference format',
  'app:-tag': 'invalid reference format',
  [`app:${'t'.repeat(129)}`]: 'invalid reference format',
  'app@sha256:abc': 'invalid reference format',
  '-app': 'invalid reference format',
  'app/': 'invalid reference format',
  '/app': 'invalid reference format',
  'a//b': 'invalid reference format',
  a___b: 'invalid reference format',
  'a..b': 'invalid reference format',
  'app ': 'invalid reference format',
  'app\n': 'invalid reference format',
  '../etc': 'invalid reference format',
  ünïcode: 'invalid reference format',
  App: 'invalid reference format: repository name (library/App) must be lowercase',
  'user/App:v1': 'invalid reference format: repository name (user/App) must be lowercase',
  'localhost:5000/App': 'invalid reference format: repository name (App) must be lowercase',
  [hex]: `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`,
  [`${'a/'.repeat(128)}a`]: 'repository name must not be more than 255 characters',
  [`app@md5:${'a'.repeat(32)}`]: 'unsupported digest algorithm',
  [`app@sha256:${'a'.repeat(63)}`]: 'invalid checksum digest length',
};

for (const [text, message] of Object.entries(invalid)) {
  test(`"${text.slice(0, 40)}" is refused: ${message.slice(0, 60)}`, () => {
    assert.throws(() => parseReference(text), { code: 'images.invalid-reference', message });
  });
}

test('familiar forms leave out what users do not type', () => {
  assert.equal(familiarName(parseReference('docker.io/library/busybox:1')), 'busybox');
  assert.equal(familiarString(parseReference('docker.io/user/app:1')), 'user/app:1');
  assert.equal(familiarString(parseReference('quay.io/library/app')), 'quay.io/library/app');
  assert.equal(familiarString(parseReference('docker.io/library/a/b')), 'library/a/b');
});

test('IDs are told from names', () => {
  const digest = `sha256:${hex}`;
  assert.deepEqual(parseAnyReference(hex), { kind: 'digest', digest });
  assert.deepEqual(parseAnyReference(digest), { kind: 'digest', digest });
  assert.equal(parseAnyReference(hex.slice(1)).kind, 'named');
});

test('a default tag is added where neither tag nor digest is', () => {
  const full = (text: string) => formatReference(withDefaultTag(parseReference(text)));
  assert.equal(full('app'), 'docker.io/library/app:latest');
  assert.equal(full('app:1'), 'docker.io/library/app:1');
  assert.equal(full(`app@sha256:${hex}`), `docker.io/library/app@sha256:${hex}`);
});

test('repository and tag parameters are joined as the API does', () => {
  const joined = (repository: string, tag: string) =>
    formatReference(referenceWithTag(repository, tag));
  assert.equal(joined('app', ''), 'docker.io/library/app');
  assert.equal(joined('app:old', 'new'), 'docker.io/library/app:new');
  assert.equal(joined('app', `sha256:${hex}`), `docker.io/library/app@sha256:${hex}`);
  assert.throws(() => joined('app', 'a b'), { message: 'invalid tag format' });
});
