import type { Descriptor, Digest } from '@berth/oci';
import type { Database, Table } from '@berth/state';
import { danglingName, type ImageRecord, imageTable, isDangling } from './image-record.ts';

export interface Assignment {
  readonly name: string;
  readonly target: Descriptor;
}

/**
 * The names of all images. The database is the truth; a copy in memory answers the reads, since lists,
 * short IDs and reachability walk all of them. An image that loses its last name to another image is
 * kept under its dangling name; removing a name does not keep anything.
 */
export class ImageRecords {
  readonly #database: Database;
  readonly #table: Table<ImageRecord>;
  readonly #byName = new Map<string, ImageRecord>();
  readonly #byDigest = new Map<Digest, Set<string>>();

  constructor(database: Database) {
    this.#database = database;
    this.#table = database.table(imageTable);
    for (const record of this.#table.all()) this.#remember(record);
  }

  get(name: string): ImageRecord | undefined {
    return this.#byName.get(name);
  }

  all(): ImageRecord[] {
    return [...this.#byName.values()];
  }

  /** Records with this target, oldest name first. */
  withTarget(digest: Digest): ImageRecord[] {
    return [...(this.#byDigest.get(digest) ?? [])].map((name) => this.#byName.get(name)!);
  }

  targets(): Digest[] {
    return [...this.#byDigest.keys()];
  }

  /** Images, however many names they have. */
  count(): number {
    return this.#byDigest.size;
  }

  /** Points names at targets, all or none. Returns the targets that lost a name, by that name. */
  assign(assignments: readonly Assignment[], now: number): Map<string, Descriptor> {
    const before = new Map(assignments.map(({ name }) => [name, this.#byName.get(name)]));
    const lost = new Map<string, Descriptor>();
    this.#change(() => {
      for (const { name, target } of assignments) {
        const old = before.get(name);
        const createdAt = old?.target.digest === target.digest ? old.createdAt : now;
        this.#put({ name, target, createdAt, updatedAt: now });
        if (old !== undefined && old.target.digest !== target.digest) {
          lost.set(name, old.target);
        }
      }
      for (const { target } of assignments) this.#dropNeedlessDangling(target.digest);
      for (const target of lost.values()) {
        if (!this.#byDigest.has(target.digest)) this.#putDangling(target, now);
      }
    });
    return lost;
  }

  /** Gives the image its dangling name if it has no name at all. */
  keepDangling(target: Descriptor, now: number): void {
    if (this.#byDigest.has(target.digest)) return;
    this.#change(() => this.#putDangling(target, now));
  }

  /** Removes names; `keep` is put under its dangling name when it has none left. All or none. */
  remove(names: readonly string[], keep?: { readonly target: Descriptor; readonly now: number }) {
    this.#change(() => {
      for (const name of names) {
        this.#table.delete(name);
        this.#forget(name);
      }
      if (keep !== undefined && !this.#byDigest.has(keep.target.digest)) {
        this.#putDangling(keep.target, keep.now);
      }
    });
  }

  /** Runs `action` in one transaction; a failure also brings the copy in memory back. */
  #change(action: () => void): void {
    try {
      this.#database.transaction(action);
    } catch (error) {
      this.#byName.clear();
      this.#byDigest.clear();
      for (const record of this.#table.all()) this.#remember(record);
      throw error;
    }
  }

  #putDangling(target: Descriptor, now: number): void {
    this.#put({ name: danglingName(target.digest), target, createdAt: now, updatedAt: now });
  }

  #dropNeedlessDangling(digest: Digest): void {
    const records = this.withTarget(digest);
    if (records.every(isDangling)) return;
    const name = danglingName(digest);
    if (this.#table.delete(name)) this.#forget(name);
  }

  #put(record: ImageRecord): void {
    this.#table.put(record);
    this.#forget(record.name);
    this.#remember(record);
  }

  #remember(record: ImageRecord): void {
    this.#byName.set(record.name, record);
    const names = this.#byDigest.get(record.target.digest) ?? new Set();
    this.#byDigest.set(record.target.digest, names.add(record.name));
  }

  #forget(name: string): void {
    const record = this.#byName.get(name);
    if (record === undefined) return;
    this.#byName.delete(name);
    const names = this.#byDigest.get(record.target.digest);
    names?.delete(name);
    if (names?.size === 0) this.#byDigest.delete(record.target.digest);
  }
}
