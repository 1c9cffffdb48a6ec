import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Descriptor, mediaTypes, type Platform, sha256Of } from '@berth/oci';
import { selectManifest } from './select-manifest.ts';

const linux = (architecture: string, variant?: string): Platform => ({
  os: 'linux',
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

function manifest(platform?: Platform, more: Partial<Descriptor> = {}): Descriptor {
  const digest = sha256Of(JSON.stringify([platform, more]));
  const base = { mediaType: mediaTypes.ociManifest, digest, size: 1 };
  return { ...base, ...(platform === undefined ? {} : { platform }), ...more };
}

test('the best platform is chosen, variants included', () => {
  const [v6, v7, v8, amd] = [
    manifest(linux('arm', 'v6')),
    manifest(linux('arm', 'v7')),
    manifest(linux('arm64', 'v8')),
    manifest(linux('amd64')),
  ] as const;
  const all = [v6, v7, v8, amd];
  const cases = [
    [linux('arm'), v7],
    [linux('arm', 'v6'), v6],
    [linux('arm64'), v8],
    [linux('amd64', 'v3'), amd],
  ] as const;
  for (const [wanted, descriptor] of cases) {
    assert.deepEqual(selectManifest(all, wanted, 'exact'), { kind: 'chosen', descriptor });
  }
  assert.deepEqual(selectManifest(all, linux('s390x'), 'exact'), { kind: 'none' });
});

test('a host runs what an explicit wish does not accept', () => {
  const i386 = manifest(linux('386'));
  assert.equal(selectManifest([i386], linux('amd64'), 'runnable').kind, 'chosen');
  assert.equal(selectManifest([i386], linux('amd64'), 'exact').kind, 'none');
});

test('attestations and strange media types are never chosen', () => {
  const attestation = manifest(linux('amd64'), {
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  });
  const strange = manifest(linux('amd64'), { mediaType: 'text/plain' });
  assert.deepEqual(selectManifest([attestation, strange], linux('amd64'), 'exact'), {
    kind: 'none',
  });
});

test('what does not tell its platform is looked into, unless it is too much', () => {
  const silent = manifest();
  const nested = manifest(undefined, { mediaType: mediaTypes.ociIndex });
  const empty = manifest({ os: '', architecture: '' });
  const descriptors = [silent, nested, empty];
  assert.deepEqual(selectManifest(descriptors, linux('amd64'), 'exact'), {
    kind: 'look-into',
    descriptors,
  });
  const amd = manifest(linux('amd64'));
  assert.deepEqual(selectManifest([silent, amd], linux('amd64'), 'exact'), {
    kind: 'chosen',
    descriptor: amd,
  });
  const bomb = Array.from({ length: 1000 }, (_, size) => manifest(undefined, { size }));
  assert.deepEqual(selectManifest(bomb, linux('amd64'), 'exact'), { kind: 'none' });
});
