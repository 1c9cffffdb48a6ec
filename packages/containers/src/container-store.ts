import { engineError, isEngineError } from '@berth/errors';
import type { Database, Table } from '@berth/state';
import { ContainerEntry } from './container-entry.ts';
import {
  type ContainerFacts,
  type ContainerRecord,
  containerFactsTable,
  containersTable,
  initialFacts,
} from './container-record.ts';

/**
 * Every container, in memory and in the database. Reads never touch the database; each write reaches it
 * before it shows in memory. Records that are still being prepared cannot be found by name or ID.
 */
export class ContainerStore {
  readonly #database: Database;
  readonly #table: Table<Omit<ContainerRecord, 'facts'>>;
  readonly #facts: Table<Pick<ContainerRecord, 'id' | 'facts'>>;
  readonly #byId = new Map<string, ContainerEntry>();
  readonly #idByName = new Map<string, string>();

  constructor(database: Database) {
    this.#database = database;
    this.#table = database.table(containersTable);
    this.#facts = database.table(containerFactsTable);
    const facts = new Map(this.#facts.all().map((row) => [row.id, row.facts]));
    for (const record of this.#table.all()) {
      const known = facts.get(record.id) ?? initialFacts;
      this.#remember(new ContainerEntry({ ...record, facts: known }));
    }
  }

  /** Newest last. */
  all(): ContainerEntry[] {
    return [...this.#byId.values()];
  }

  /** Those that clients may see. */
  visible(): ContainerEntry[] {
    return this.all().filter((entry) => entry.record.stage === 'ready');
  }

  get(id: string): ContainerEntry | undefined {
    return this.#byId.get(id);
  }

  nameTaken(name: string): boolean {
    return this.#idByName.has(name);
  }

  /** By full ID, name (with or without slash) or unambiguous ID prefix, in this order. */
  find(nameOrId: string): ContainerEntry {
    const entry = this.tryFind(nameOrId);
    if (entry === undefined) throw engineError('containers.not-found', { name: nameOrId });
    return entry;
  }

  /** As `find`, undefined when there is none. Fails for an ambiguous prefix. */
  tryFind(nameOrId: string): ContainerEntry | undefined {
    const exact = this.#byId.get(nameOrId) ?? this.#byName(nameOrId.replace(/^\//, ''));
    if (exact !== undefined) return exact.record.stage === 'ready' ? exact : undefined;
    if (!/^[0-9a-f]{1,64}$/.test(nameOrId)) return undefined;
    const matches = this.visible().filter((entry) => entry.id.startsWith(nameOrId));
    if (matches.length > 1) throw engineError('containers.ambiguous', { name: nameOrId });
    return matches[0];
  }

  /** Reserves the name. Fails with containers.name-in-use. */
  insert(record: ContainerRecord): ContainerEntry {
    const holder = this.#idByName.get(record.name);
    if (holder !== undefined) throw this.#nameInUse(record.name, holder);
    this.#database.transaction(() => {
      this.#table.insert(withoutFacts(record));
      this.#facts.put({ id: record.id, facts: record.facts });
    });
    const entry = new ContainerEntry(record);
    this.#remember(entry);
    return entry;
  }

  update(entry: ContainerEntry, change: Partial<Omit<ContainerRecord, 'id' | 'name'>>): void {
    const record = { ...entry.record, ...change };
    const { facts, ...asked } = change;
    this.#database.transaction(() => {
      if (facts !== undefined) this.#facts.put({ id: record.id, facts });
      if (Object.keys(asked).length > 0) this.#table.put(withoutFacts(record));
    });
    entry.replaceRecord(record);
  }

  /** Members that are `undefined` in `change` are dropped from the facts. */
  updateFacts(
    entry: ContainerEntry,
    change: { readonly [Name in keyof ContainerFacts]?: ContainerFacts[Name] | undefined },
  ): void {
    const merged = { ...entry.facts, ...change };
    const facts = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined),
    ) as unknown as ContainerFacts;
    this.update(entry, { facts });
  }

  /** Fails with containers.name-in-use. */
  rename(entry: ContainerEntry, name: string): void {
    const holder = this.#idByName.get(name);
    if (holder !== undefined) throw this.#nameInUse(name, holder);
    const record = { ...entry.record, name };
    try {
      this.#table.put(withoutFacts(record));
    } catch (error) {
      if (isEngineError(error, 'state.duplicate')) throw this.#nameInUse(name, entry.id);
      throw error;
    }
    this.#idByName.delete(entry.name);
    this.#idByName.set(name, entry.id);
    entry.replaceRecord(record);
  }

  delete(entry: ContainerEntry): void {
    this.#database.transaction(() => {
      this.#table.delete(entry.id);
      this.#facts.delete(entry.id);
    });
    this.#byId.delete(entry.id);
    if (this.#idByName.get(entry.name) === entry.id) this.#idByName.delete(entry.name);
  }

  #byName(name: string): ContainerEntry | undefined {
    const id = this.#idByName.get(name);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  #remember(entry: ContainerEntry): void {
    this.#byId.set(entry.id, entry);
    this.#idByName.set(entry.name, entry.id);
  }

  #nameInUse(name: string, id: string): Error {
    return engineError('containers.name-in-use', { name, id });
  }
}

function withoutFacts({ facts: _, ...record }: ContainerRecord): Omit<ContainerRecord, 'facts'> {
  return record;
}
