import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Descriptor, mediaTypes, type Platform, sha256Of } from '@berth/oci';
import { choosePush, type PushCandidate } from './choose-push.ts';

const linux = (architecture: string): Platform => ({ os: 'linux', architecture });
const descriptor = (name: string, mediaType: string = mediaTypes.ociManifest): Descriptor => ({
  mediaType,
  digest: sha256Of(name),
  size: 1,
});
const index = descriptor('index', mediaTypes.ociIndex);
const candidate = (architecture: string, present: boolean): PushCandidate => ({
  descriptor: descriptor(architecture),
  kind: 'image',
  platform: linux(architecture),
  present,
});
const attestation = (present: boolean): PushCandidate => ({
  descriptor: descriptor('attestation'),
  kind: 'attestation',
  present,
});

test('a lone manifest and a complete index go as they are', () => {
  const lone = descriptor('amd64');
  assert.deepEqual(choosePush(lone, [candidate('amd64', true)], undefined), {
    kind: 'target',
    complete: true,
  });
  const all = [candidate('amd64', true), candidate('arm64', true), attestation(true)];
  assert.deepEqual(choosePush(index, all, undefined), { kind: 'target', complete: true });
});

test('of an index with one platform here that one goes', () => {
  for (const others of [[candidate('arm64', false)], [attestation(false)]]) {
    assert.deepEqual(choosePush(index, [candidate('amd64', true), ...others], undefined), {
      kind: 'platform',
      descriptor: descriptor('amd64'),
      instead: true,
    });
  }
});

test('with several platforms here the index goes, incomplete as it is', () => {
  const some = [candidate('amd64', true), candidate('arm64', true), candidate('s390x', false)];
  assert.deepEqual(choosePush(index, some, undefined), { kind: 'target', complete: false });
});

test('a wanted platform goes alone, and must be here', () => {
  const some = [candidate('amd64', true), candidate('arm64', false)];
  assert.deepEqual(choosePush(index, some, linux('amd64')), {
    kind: 'platform',
    descriptor: descriptor('amd64'),
    instead: false,
  });
  assert.deepEqual(choosePush(index, some, linux('arm64')), {
    kind: 'missing',
    wanted: 'linux/arm64',
  });
  assert.equal(choosePush(index, [candidate('arm64', false)], undefined).kind, 'missing');
});
