import type { Table, TableDefinition } from '@berth/state';

/**
 * A small table whose rows are also kept in memory, for those that are read all the time. Every write goes through
 * here, none in a transaction whose failure the process survives. Rows must not be changed by their readers.
 */
export class CachedTable<Row> implements Table<Row> {
  readonly #table: Table<Row>;
  readonly #key: (row: Row) => string;
  readonly #rows: Map<string, Row>;

  constructor(table: Table<Row>, definition: Pick<TableDefinition<Row>, 'key'>) {
    this.#table = table;
    this.#key = definition.key;
    this.#rows = new Map(table.all().map((row) => [definition.key(row), row]));
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  all(): Row[] {
    return [...this.#rows.values()];
  }

  find(column: string, value: string): Row[] {
    return this.#table.find(column, value);
  }

  keysWithPrefix(prefix: string, limit?: number): string[] {
    return this.#table.keysWithPrefix(prefix, limit);
  }

  insert(row: Row): void {
    this.#table.insert(row);
    this.#rows.set(this.#key(row), row);
  }

  put(row: Row): void {
    this.#table.put(row);
    this.#rows.set(this.#key(row), row);
  }

  delete(key: string): boolean {
    const deleted = this.#table.delete(key);
    this.#rows.delete(key);
    return deleted;
  }

  count(): number {
    return this.#rows.size;
  }
}
