import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Descriptor, type Digest, mediaTypes, sha256Of } from '@berth/oci';
import { openDatabase } from '@berth/state';
import { findImage } from './image-lookup.ts';
import { danglingName } from './image-record.ts';
import { ImageRecords } from './image-records.ts';

function target(text: string): Descriptor {
  return { mediaType: mediaTypes.ociManifest, digest: sha256Of(text), size: text.length };
}

const full = (name: string) => `docker.io/library/${name}`;
const namesOf = (records: ImageRecords) =>
  records
    .all()
    .map(({ name }) => name)
    .sort();

test('a name that moves leaves the old image dangling until it has a name again', () => {
  using database = openTemporary();
  const records = new ImageRecords(database);
  const [old, fresh] = [target('old'), target('fresh')];
  records.assign([{ name: full('app:1'), target: old }], 1);
  const lost = records.assign([{ name: full('app:1'), target: fresh }], 2);
  assert.deepEqual([...lost], [[full('app:1'), old]]);
  assert.deepEqual(namesOf(records), [danglingName(old.digest), full('app:1')]);
  assert.equal(records.count(), 2);
  records.assign([{ name: full('app:old'), target: old }], 3);
  assert.deepEqual(namesOf(records), [full('app:1'), full('app:old')]);
});

test('naming again keeps when the name came and tells when it last changed', () => {
  using database = openTemporary();
  const records = new ImageRecords(database);
  records.assign([{ name: full('app:1'), target: target('x') }], 1);
  records.assign([{ name: full('app:1'), target: target('x') }], 9);
  const { createdAt, updatedAt } = records.get(full('app:1'))!;
  assert.deepEqual([createdAt, updatedAt], [1, 9]);
});

test('removing the last name ends an image, unless it is kept', () => {
  using database = openTemporary();
  const records = new ImageRecords(database);
  const image = target('x');
  records.assign([{ name: full('a:1'), target: image }], 1);
  records.remove([full('a:1')], { target: image, now: 2 });
  assert.deepEqual(namesOf(records), [danglingName(image.digest)]);
  records.remove(namesOf(records));
  assert.equal(records.count(), 0);
});

test('records are read again from the database', () => {
  using database = openTemporary();
  new ImageRecords(database).assign([{ name: full('a:1'), target: target('x') }], 1);
  const again = new ImageRecords(database);
  assert.equal(again.withTarget(target('x').digest)[0]?.name, full('a:1'));
});

test('a failed change leaves the copy in memory as the database is', () => {
  using database = openTemporary();
  const records = new ImageRecords(database);
  records.assign([{ name: full('a:1'), target: target('x') }], 1);
  const broken = { ...target('y'), digest: undefined as unknown as Digest };
  assert.throws(() =>
    records.assign(
      [
        { name: full('a:1'), target: broken },
        { name: full('b:1'), target: null! },
      ],
      2,
    ),
  );
  assert.deepEqual(namesOf(records), [full('a:1')]);
  assert.equal(records.get(full('a:1'))?.target.digest, target('x').digest);
});

test('short IDs must fit one image; names win against IDs', () => {
  using database = openTemporary();
  const records = new ImageRecords(database);
  const image = (hex: string) => ({
    ...target(hex),
    digest: `sha256:${hex.padEnd(64, '0')}` as Digest,
  });
  const [first, second] = [image('abcd1'), image('abcd2')];
  records.assign(
    [
      { name: full('a:1'), target: first },
      { name: full('b:1'), target: second },
    ],
    1,
  );
  assert.equal(findImage(records, 'abcd1').id, first.digest);
  assert.throws(() => findImage(records, 'abcd'), { code: 'images.ambiguous' });
  assert.throws(() => findImage(records, 'abc'), { code: 'images.not-found' });
  records.assign([{ name: full('abcd:latest'), target: second }], 2);
  const found = findImage(records, 'abcd');
  assert.deepEqual([found.id, found.by], [second.digest, 'name']);
});

function openTemporary() {
  const database = openDatabase(':memory:');
  return Object.assign(database, { [Symbol.dispose]: () => database.close() });
}
