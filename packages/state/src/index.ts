export type { Database, Table, TableDefinition } from './database.ts';
export { openDatabase } from './sqlite-database.ts';
