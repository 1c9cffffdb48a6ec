/**
 * Describes one kind of record: its key, and the columns that lookups and uniqueness need. The record
 * itself is stored as JSON, so it must survive JSON.stringify.
 */
export interface TableDefinition<Row> {
  /** Table name: lower-case words with underscores. */
  readonly name: string;
  readonly key: (row: Row) => string;
  /** Columns whose value no two rows may share. `undefined` values do not collide. */
  readonly unique?: Readonly<Record<string, (row: Row) => string | undefined>>;
  readonly indexes?: Readonly<Record<string, (row: Row) => string | undefined>>;
}

/**
 * All methods are synchronous and take tens of microseconds; writes are atomic, alone or in a transaction. On a full
 * disk they fail with common.no-space, on one that cannot be read or written with state.access-failed.
 */
export interface Table<Row> {
  get(key: string): Row | undefined;
  /** Rows in insertion order. */
  all(): Row[];
  /** Rows whose indexed or unique column has this value. */
  find(column: string, value: string): Row[];
  /** Keys that start with `prefix` (at most `limit`, default 2): resolves short IDs. */
  keysWithPrefix(prefix: string, limit?: number): string[];
  /** Fails with state.duplicate when the key or a unique column is taken. */
  insert(row: Row): void;
  /** Inserts or replaces. Fails with state.duplicate when a unique column is taken by another row. */
  put(row: Row): void;
  /** True when the row was there. */
  delete(key: string): boolean;
  count(): number;
}

/** The metadata database: the truth for everything that is not in a file of its own. */
export interface Database {
  /** Opens a table, creating it or adding missing columns (filled from the stored records). */
  table<Row>(definition: TableDefinition<Row>): Table<Row>;
  /** All or nothing. `action` must be synchronous. Nested calls join the outer transaction. */
  transaction<T>(action: () => T): T;
  /** Small single values such as counters and the last boot id. */
  getValue(name: string): string | undefined;
  setValue(name: string, value: string): void;
  close(): void;
}
