import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdMappings } from '@berth/kernel';
import { ownerInside, ownerOutside } from './mapped-owner.ts';

const mappings: IdMappings = {
  uids: [
    { inside: 0, outside: 100_000, size: 1000 },
    { inside: 1000, outside: 500_000, size: 10 },
  ],
  gids: [{ inside: 0, outside: 200_000, size: 65_536 }],
};

test('every range of a mapping counts, both ways', () => {
  for (const [uid, host] of [
    [0, 100_000],
    [999, 100_999],
    [1000, 500_000],
    [1009, 500_009],
  ] as const) {
    assert.deepEqual(ownerOutside(mappings, { uid, gid: 5 }), { uid: host, gid: 200_005 });
    assert.deepEqual(ownerInside(mappings, { uid: host, gid: 200_005 }), { uid, gid: 5 });
  }
});

test('an ID of the host that is not mapped is nobody, one of the container is none', () => {
  assert.deepEqual(ownerInside(mappings, { uid: 0, gid: 199_999 }), { uid: 65_534, gid: 65_534 });
  assert.equal(ownerOutside(mappings, { uid: 1010, gid: 0 }), undefined);
  assert.equal(ownerOutside(mappings, { uid: 0, gid: 65_536 }), undefined);
});
