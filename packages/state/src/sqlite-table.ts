import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { engineError } from '@berth/errors';
import type { Table, TableDefinition } from './database.ts';
import { guarded } from './database-error.ts';

const identifier = /^[a-z][a-z0-9_]*$/;

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (https://sqlite.org/rescode.html). */
const uniqueViolations = new Set([2067, 1555]);

/** A table of JSON records with one text column per index. */
export class SqliteTable<Row> implements Table<Row> {
  readonly #definition: TableDefinition<Row>;
  readonly #path: string;
  readonly #columns: readonly (readonly [string, (row: Row) => string | undefined])[];
  readonly #insert: StatementSync;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #all: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;
  readonly #prefix: StatementSync;
  readonly #find = new Map<string, StatementSync>();

  constructor(options: {
    readonly connection: DatabaseSync;
    /** Of the database, for error texts. */
    readonly path: string;
    readonly definition: TableDefinition<Row>;
  }) {
    const { connection, definition } = options;
    this.#path = options.path;
    const unique = Object.entries(definition.unique ?? {});
    const indexes = Object.entries(definition.indexes ?? {});
    this.#definition = definition;
    this.#columns = [...unique, ...indexes];
    const names = this.#columns.map(([name]) => `c_${checked(name)}`);
    const table = `t_${checked(definition.name)}`;
    createTable(connection, table, this.#columns);
    for (const [name] of unique) createIndex(connection, table, name, 'UNIQUE ');
    for (const [name] of indexes) createIndex(connection, table, name, '');
    const columnList = ['key', 'record', ...names].join(', ');
    const marks = names.map(() => ', ?').join('');
    const updates = ['record', ...names].map((name) => `${name} = excluded.${name}`).join(', ');
    this.#insert = connection.prepare(`INSERT INTO ${table} (${columnList}) VALUES (?, ?${marks})`);
    this.#put = connection.prepare(
      `INSERT INTO ${table} (${columnList}) VALUES (?, ?${marks}) ON CONFLICT (key) DO UPDATE SET ${updates}`,
    );
    this.#get = connection.prepare(`SELECT record FROM ${table} WHERE key = ?`);
    this.#all = connection.prepare(`SELECT record FROM ${table} ORDER BY rowid`);
    this.#delete = connection.prepare(`DELETE FROM ${table} WHERE key = ?`);
    this.#count = connection.prepare(`SELECT count(*) AS n FROM ${table}`);
    this.#prefix = connection.prepare(
      `SELECT key FROM ${table} WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`,
    );
    for (const [name] of this.#columns) {
      this.#find.set(
        name,
        connection.prepare(`SELECT record FROM ${table} WHERE c_${name} = ? ORDER BY rowid`),
      );
    }
  }

  get(key: string): Row | undefined {
    const row = this.#guarded(() => this.#get.get(key)) as { record: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.record) as Row);
  }

  all(): Row[] {
    return parseRecords<Row>(this.#guarded(() => this.#all.all()));
  }

  find(column: string, value: string): Row[] {
    const statement = this.#find.get(column);
    if (statement === undefined) {
      throw new Error(`table ${this.#definition.name} has no column ${column}`);
    }
    return parseRecords<Row>(this.#guarded(() => statement.all(value)));
  }

  keysWithPrefix(prefix: string, limit = 2): string[] {
    const last = `${prefix}\u{10ffff}`;
    const rows = this.#guarded(() => this.#prefix.all(prefix, last, limit)) as { key: string }[];
    return rows.map((row) => row.key);
  }

  insert(row: Row): void {
    this.#write(this.#insert, row);
  }

  put(row: Row): void {
    this.#write(this.#put, row);
  }

  delete(key: string): boolean {
    return this.#guarded(() => Number(this.#delete.run(key).changes) > 0);
  }

  count(): number {
    return this.#guarded(() => (this.#count.get() as { n: number }).n);
  }

  #write(statement: StatementSync, row: Row): void {
    const values: SQLInputValue[] = this.#columns.map(([, columnOf]) => columnOf(row) ?? null);
    const key = this.#definition.key(row);
    try {
      this.#guarded(() => statement.run(key, JSON.stringify(row), ...values));
    } catch (error) {
      if (uniqueViolations.has((error as { errcode?: number }).errcode ?? 0)) {
        throw engineError(
          'state.duplicate',
          { table: this.#definition.name, key },
          { cause: error },
        );
      }
      throw error;
    }
  }

  #guarded<T>(action: () => T): T {
    return guarded(this.#path, action);
  }
}

function checked(name: string): string {
  if (!identifier.test(name)) throw new Error(`not a table or column name: ${name}`);
  return name;
}

function parseRecords<Row>(rows: unknown[]): Row[] {
  return (rows as { record: string }[]).map((row) => JSON.parse(row.record) as Row);
}

/** Creates the table, or adds the columns it lacks and fills them from the records. */
function createTable<Row>(
  connection: DatabaseSync,
  table: string,
  columns: readonly (readonly [string, (row: Row) => string | undefined])[],
): void {
  connection.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (key TEXT NOT NULL UNIQUE, record TEXT NOT NULL) STRICT`,
  );
  const info = connection.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[];
  const present = new Set(info.map((column) => column.name));
  for (const [name, columnOf] of columns) {
    if (present.has(`c_${name}`)) continue;
    connection.exec(`ALTER TABLE ${table} ADD COLUMN c_${name} TEXT`);
    const fill = connection.prepare(`UPDATE ${table} SET c_${name} = ? WHERE key = ?`);
    const rows = connection.prepare(`SELECT key, record FROM ${table}`).all() as {
      key: string;
      record: string;
    }[];
    for (const row of rows) fill.run(columnOf(JSON.parse(row.record) as Row) ?? null, row.key);
  }
}

function createIndex(connection: DatabaseSync, table: string, name: string, kind: string): void {
  connection.exec(`CREATE ${kind}INDEX IF NOT EXISTS ${table}_${name} ON ${table} (c_${name})`);
}
