import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { openDatabase } from './sqlite-database.ts';

interface Ship {
  readonly id: string;
  readonly name?: string;
  readonly port: string;
}
const ships = {
  name: 'ships',
  key: (ship: Ship) => ship.id,
  unique: { name: (ship: Ship) => ship.name },
  indexes: { port: (ship: Ship) => ship.port },
};

test('records are stored, found by column and by key prefix, and deleted', () => {
  const table = openDatabase(':memory:').table(ships);
  table.insert({ id: 'abc1', name: 'a', port: 'x' });
  table.insert({ id: 'abd2', name: 'b', port: 'x' });
  table.put({ id: 'abc1', name: 'c', port: 'y' });
  assert.deepEqual(table.get('abc1'), { id: 'abc1', name: 'c', port: 'y' });
  assert.deepEqual(
    table.find('port', 'x').map((ship) => ship.id),
    ['abd2'],
  );
  assert.deepEqual(table.keysWithPrefix('ab'), ['abc1', 'abd2']);
  assert.deepEqual(table.keysWithPrefix('abc'), ['abc1']);
  assert.equal(table.count(), 2);
  assert.equal(table.delete('abc1'), true);
  assert.equal(table.delete('abc1'), false);
  assert.equal(table.get('abc1'), undefined);
});

test('a unique column refuses a second owner and ignores undefined', () => {
  const table = openDatabase(':memory:').table(ships);
  table.insert({ id: '1', name: 'a', port: 'x' });
  table.insert({ id: '2', port: 'x' });
  table.insert({ id: '3', port: 'x' });
  assert.throws(
    () => table.insert({ id: '4', name: 'a', port: 'x' }),
    (error) => isEngineError(error, 'state.duplicate'),
  );
  assert.throws(
    () => table.put({ id: '2', name: 'a', port: 'x' }),
    (error) => isEngineError(error, 'state.duplicate'),
  );
  assert.throws(
    () => table.insert({ id: '1', port: 'x' }),
    (error) => isEngineError(error, 'state.duplicate'),
  );
  assert.deepEqual(table.get('2'), { id: '2', port: 'x' });
});

test('a failed transaction leaves nothing; nested ones join', () => {
  const database = openDatabase(':memory:');
  const table = database.table(ships);
  assert.throws(() =>
    database.transaction(() => {
      table.insert({ id: '1', port: 'x' });
      database.transaction(() => table.insert({ id: '2', port: 'x' }));
      throw new Error('stop');
    }),
  );
  assert.equal(table.count(), 0);
  database.transaction(() => table.insert({ id: '1', port: 'x' }));
  assert.equal(table.count(), 1);
});

test('a column added later is filled from the stored records', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'berth-state-'));
  try {
    const file = path.join(directory, 'state.db');
    const first = openDatabase(file);
    first
      .table<Ship>({ name: 'ships', key: (ship) => ship.id })
      .insert({ id: '1', name: 'n', port: 'p' });
    first.setValue('boot', 'b1');
    first.close();
    const second = openDatabase(file);
    assert.equal(second.table(ships).find('port', 'p').length, 1);
    assert.equal(second.getValue('boot'), 'b1');
    second.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a file that is no database is refused with its path', () => {
  assert.throws(
    () => openDatabase('/dev/null/nothing'),
    (error) => isEngineError(error, 'state.open-failed'),
  );
});
