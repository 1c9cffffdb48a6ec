import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandTable } from './command-table.ts';
import { tableFor } from './table-for.ts';

test('every command of the table made for it is the one of the whole table', async () => {
  for (const command of commandTable.subcommands ?? []) {
    const table = await tableFor(['-D', command.name, '--no-such-flag']);
    const found = table.subcommands?.find(({ name }) => name === command.name);
    // Functions that load a command are made anew for each table.
    assert.equal(JSON.stringify(found), JSON.stringify(command));
    assert.deepEqual({ ...table, subcommands: [] }, { ...commandTable, subcommands: [] });
  }
});

test('the table is whole where anything of it may be shown', async () => {
  for (const words of [[], ['help'], ['--help'], ['-x'], ['nothing'], ['help', 'ps'], ['list']]) {
    assert.equal(await tableFor(words), commandTable, words.join(' '));
  }
  assert.equal((await tableFor(['ps'])).subcommands?.length, 1);
});
