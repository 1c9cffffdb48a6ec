import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { openDatabase } from '@berth/state';
import { SmallDisk } from '../faults/small-disk.ts';

interface Note {
  readonly id: string;
  readonly text: string;
}
const notes = { name: 'notes', key: (note: Note) => note.id };
const noSpace = (error: unknown) => isEngineError(error, 'common.no-space');

test('on a full disk records can still be changed for a while; then it is said, and nothing is lost', () => {
  using disk = SmallDisk.ext4(16);
  const file = path.join(disk.path, 'state.db');
  const database = openDatabase(file);
  const table = database.table(notes);
  for (let id = 0; id < 50; id++) table.put({ id: `${id}`, text: 'first' });
  disk.fill();
  for (let id = 0; id < 50; id++) table.put({ id: `${id}`, text: 'second' });
  assert.equal(table.delete('0'), true);

  const written: string[] = [];
  assert.throws(() => {
    for (let id = 100; ; id++) {
      table.put({ id: `${id}`, text: 'x'.repeat(100_000) });
      written.push(`${id}`);
    }
  }, noSpace);
  assert.throws(
    () =>
      database.transaction(() => {
        table.put({ id: '1', text: 'half' });
        for (let id = 0; id < 100; id++) table.put({ id: `n${id}`, text: 'y'.repeat(100_000) });
      }),
    noSpace,
  );
  assert.equal(table.get('1')?.text, 'second');

  disk.free();
  table.put({ id: '2', text: 'third' });
  database.close();
  const again = openDatabase(file).table(notes);
  assert.equal(again.get('0'), undefined);
  assert.deepEqual([again.get('1')?.text, again.get('2')?.text], ['second', 'third']);
  assert.equal(again.count(), 49 + written.length);
});

test('a full disk keeps a new database from being made, with a clear error', () => {
  using disk = SmallDisk.ext4(16);
  disk.fill();
  assert.throws(() => openDatabase(path.join(disk.path, 'state.db')), noSpace);
});
