import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { engineError, isEngineError } from '@berth/errors';
import type { Database, Table, TableDefinition } from './database.ts';
import { databaseError, guarded } from './database-error.ts';
import { reserveLog } from './log-reserve.ts';
import { SqliteTable } from './sqlite-table.ts';

/** Version of the layout below; a newer one on disk is refused rather than damaged. */
const schemaVersion = 1;

/**
 * Opens the database at `path` (`:memory:` in tests) in WAL mode. Commits survive a killed daemon at
 * once; after a power loss the last commits may be missing but the database is whole
 * (https://sqlite.org/pragma.html#pragma_synchronous NORMAL). No other process can open it meanwhile, which
 * spares the locks and the shared index file of the log.
 */
export function openDatabase(path: string): Database {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path);
    connection.exec(
      `PRAGMA busy_timeout = 5000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
       PRAGMA synchronous = NORMAL;`,
    );
    checkVersion(connection, path);
    connection.exec(
      'CREATE TABLE IF NOT EXISTS berth_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT',
    );
    if (path !== ':memory:') reserveLog(path);
    return new SqliteDatabase(connection, path);
  } catch (cause) {
    connection?.close();
    const error = databaseError(cause, path);
    throw isEngineError(error, 'common.no-space') || isEngineError(cause)
      ? error
      : engineError('state.open-failed', { path, reason: (cause as Error).message }, { cause });
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
  readonly #path: string;
  readonly #statements: Record<
    'getValue' | 'setValue' | 'begin' | 'commit' | 'rollback',
    StatementSync
  >;
  #depth = 0;

  constructor(connection: DatabaseSync, path: string) {
    this.#connection = connection;
    this.#path = path;
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
    return this.transaction(
      () => new SqliteTable({ connection: this.#connection, path: this.#path, definition }),
    );
  }

  transaction<T>(action: () => T): T {
    if (this.#depth > 0) return action();
    return guarded(this.#path, () => {
      this.#statements.begin.run();
      this.#depth++;
      try {
        const result = action();
        if (result instanceof Promise)
          throw new Error('a database transaction must be synchronous');
        this.#statements.commit.run();
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      } finally {
        this.#depth--;
      }
    });
  }

  /** SQLite rolls back by itself after some failures; one here must not hide what led to it. */
  #rollBack(): void {
    try {
      if (this.#connection.isTransaction) this.#statements.rollback.run();
    } catch {
      // The transaction is not committed in any case.
    }
  }

  getValue(name: string): string | undefined {
    return guarded(this.#path, () => {
      const row = this.#statements.getValue.get(name) as { value: string } | undefined;
      return row?.value;
    });
  }

  setValue(name: string, value: string): void {
    guarded(this.#path, () => this.#statements.setValue.run(name, value));
  }

  close(): void {
    this.#connection.close();
  }
}
