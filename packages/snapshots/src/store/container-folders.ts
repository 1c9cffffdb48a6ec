import { engineError } from '@berth/errors';
import type { SnapshotterName } from '../snapshotter.ts';
import { readContainerRecord } from './layer-records.ts';
import { featuresName, type SnapshotFolder } from './snapshot-folder.ts';

/** Folders of a driver that are neither layers nor containers. */
export const bookkeepingNames: ReadonlySet<string> = new Set([
  'drafts',
  'trash',
  'init',
  featuresName,
]);

/** The containers' snapshots of a driver, looked up on disk. */
export class ContainerFolders {
  readonly #driver: SnapshotterName;
  readonly #folder: SnapshotFolder;

  constructor(driver: SnapshotterName, folder: SnapshotFolder) {
    this.#driver = driver;
    this.#folder = folder;
  }

  list(): string[] {
    return this.#folder.names().filter((name) => this.find(name) !== undefined);
  }

  /** Fails with snapshots.container-missing. `top` is the folder name of the uppermost layer. */
  get(id: string): { readonly top: string | undefined } {
    const container = this.find(id);
    if (container !== undefined) return container;
    throw engineError('snapshots.container-missing', { id, driver: this.#driver });
  }

  find(id: string): { readonly top: string | undefined } | undefined {
    checkId(id);
    return bookkeepingNames.has(id) ? undefined : readContainerRecord(this.#folder.path(id));
  }

  /** Publishes a draft as the snapshot of `id`. Fails with snapshots.container-exists. */
  publish(draft: string, id: string): void {
    checkId(id);
    if (!bookkeepingNames.has(id) && this.#folder.publish(draft, id)) return;
    throw engineError('snapshots.container-exists', { id, driver: this.#driver });
  }
}

/** IDs become folder names. A caller that lets anything else through has a bug. */
function checkId(id: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(id)) {
    throw new Error(`not a container ID: ${JSON.stringify(id)}`);
  }
}
