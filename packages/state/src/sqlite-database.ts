import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { engineError } from '@berth/errors';
import type { Database, Table, TableDefinition } from './database.ts';
import { SqliteTable } from './sqlite-table.ts';

/** Version of the layout below; a newer one on disk is refused rather than damaged. */
const schemaVersion = 1;

/**
 * Opens the database at `path` (`:memory:` in tests) in WAL mode. Commits survive a killed daemon at
 * once; after a power loss the last commits may be missing but the database is whole
 * (https://sqlite.org/pragma.html#pragma_synchronous NORMAL).
 */
export function openDatabase(path: string): Database {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path);
    connection.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;',
    );
    checkVersion(connection, path);
    connection.exec(
      'CREATE TABLE IF NOT EXISTS berth_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT',
    );
    return new SqliteDatabase(connection);
  } catch (error) {
    connection?.close();
    throw error instanceof Error && error.name === 'EngineError'
      ? error
      : engineError(
          'state.open-failed',
          { path, reason: (error as Error).message },
          { cause: error },
        );
  }
}

function checkVersion(connection: DatabaseSync, path: string): void {
  const row = connection.prepare('PRAGMA user_version').get() as { user_version: number };
  if (row.user_version > schemaVersion) {
    throw engineError('state.newer-version', {
      path,
      found: row.user_version,
      known: schemaVersion,
    });
  }
  if (row.user_version < schemaVersion) connection.exec(`PRAGMA user_version = ${schemaVersion}`);
}

class SqliteDatabase implements Database {
  readonly #connection: DatabaseSync;
  readonly #statements: Record<
    'getValue' | 'setValue' | 'begin' | 'commit' | 'rollback',
    StatementSync
  >;
  #depth = 0;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#statements = {
      getValue: connection.prepare('SELECT value FROM berth_values WHERE name = ?'),
      setValue: connection.prepare(
        'INSERT OR REPLACE INTO berth_values (name, value) VALUES (?, ?)',
      ),
      begin: connection.prepare('BEGIN IMMEDIATE'),
      commit: connection.prepare('COMMIT'),
      rollback: connection.prepare('ROLLBACK'),
    };
  }

  table<Row>(definition: TableDefinition<Row>): Table<Row> {
    return this.transaction(() => new SqliteTable(this.#connection, definition));
  }

  transaction<T>(action: () => T): T {
    if (this.#depth > 0) return action();
    this.#statements.begin.run();
    this.#depth++;
    try {
      const result = action();
      if (result instanceof Promise) throw new Error('a database transaction must be synchronous');
      this.#statements.commit.run();
      return result;
    } catch (error) {
      if (this.#connection.isTransaction) this.#statements.rollback.run();
      throw error;
    } finally {
      this.#depth--;
    }
  }

  getValue(name: string): string | undefined {
    return (this.#statements.getValue.get(name) as { value: string } | undefined)?.value;
  }

  setValue(name: string, value: string): void {
    this.#statements.setValue.run(name, value);
  }

  close(): void {
    this.#connection.close();
  }
}
