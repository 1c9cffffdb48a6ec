import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { WorkerPool } from '../worker/worker-pool.ts';
import { removeTrees } from './remove-trees.ts';

const drafts = 'drafts';
const trash = 'trash';
/** A file of the driver's own beside the snapshots. */
export const featuresName = 'features.json';
const ownNames: ReadonlySet<string> = new Set([drafts, trash, featuresName]);

/**
 * A folder of snapshots, each a folder of its own that appears and disappears by one rename. Removal
 * moves it to `trash/`, which is emptied later. Opening removes the drafts of an earlier daemon.
 */
export class SnapshotFolder {
  readonly root: string;
  readonly #pool: WorkerPool;
  readonly #subvolume: string | undefined;
  readonly #removals = new Set<Promise<void>>();
  #removalFailure: unknown;

  /** `subvolume`: name of the subvolume of btrfs in each snapshot's folder. */
  constructor(root: string, pool: WorkerPool, subvolume?: string) {
    this.root = root;
    this.#subvolume = subvolume;
    this.#pool = pool;
    mkdirSync(join(root, drafts), { recursive: true, mode: 0o700 });
    mkdirSync(join(root, trash), { recursive: true, mode: 0o700 });
    // The drafts join the trash one by one, with removals of their own: they must not be listed there.
    const left = readdirSync(join(root, trash));
    if (left.length > 0) this.#removeLater(left.map((name) => join(root, trash, name)));
    for (const name of readdirSync(join(root, drafts))) this.discard(join(root, drafts, name));
  }

  path(id: string, ...parts: string[]): string {
    return join(this.root, id, ...parts);
  }

  has(id: string): boolean {
    return existsSync(this.path(id));
  }

  /** Names of everything that is neither draft nor trash nor the driver's own file. */
  names(): string[] {
    return readdirSync(this.root).filter((name) => !ownNames.has(name));
  }

  /** A new empty folder that is no snapshot yet. */
  async createDraft(): Promise<string> {
    const path = this.#newDraft();
    await mkdir(path, 0o710);
    return path;
  }

  /** As `createDraft`, where a driver is opened. */
  createDraftSync(): string {
    const path = this.#newDraft();
    mkdirSync(path, 0o710);
    return path;
  }

  #newDraft(): string {
    return join(this.root, drafts, randomBytes(8).toString('hex'));
  }

  /** Makes the draft the snapshot `id`. False, and the draft is gone, when there is one already. */
  publish(draft: string, id: string): boolean {
    try {
      renameSync(draft, this.path(id));
      return true;
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) throw error;
      this.discard(draft);
      return false;
    }
  }

  remove(id: string): void {
    this.discard(this.path(id));
  }

  /** Takes a folder out of sight at once; its space is freed later. Nothing there is no error. */
  discard(path: string): void {
    const target = join(this.root, trash, randomBytes(8).toString('hex'));
    try {
      renameSync(path, target);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return;
      throw error;
    }
    this.#removeLater([target]);
  }

  /** Resolves when all that was discarded is gone. Fails when some of it could not be removed. */
  async settled(): Promise<void> {
    while (this.#removals.size > 0) await Promise.all(this.#removals);
    const failure = this.#removalFailure;
    this.#removalFailure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** What cannot be removed now stays in the trash for the next start. */
  #removeLater(paths: readonly string[]): void {
    const removal: Promise<void> = removeTrees(this.#pool, paths, this.#subvolume)
      .then(
        () => {},
        (error: unknown) => {
          this.#removalFailure ??= error;
        },
      )
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}
