import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { Files, Kernel, Mounts } from '@berth/kernel';
import type { Digest } from '@berth/oci';
import type { LayerTransfer } from '../layer-transfer.ts';
import type {
  Change,
  ContainerMountOptions,
  LayerDamage,
  LayerDraft,
  OpenedSnapshotter,
  SnapshotterName,
  Usage,
} from '../snapshotter.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';
import { WorkerLayerTransfer } from '../worker-layer-transfer.ts';
import { ContainerFolders } from './container-folders.ts';
import { FolderDraft } from './folder-draft.ts';
import { addInitEntries, initPaths } from './init-layer.ts';
import { readLimit, writeContainerRecord, writeLimit } from './layer-records.ts';
import { LayerStore } from './layer-store.ts';
import { MappedFolder, type OwnerMapping } from './mapped-folder.ts';
import { mountReadOnly } from './mount-read-only.ts';
import { SnapshotFolder } from './snapshot-folder.ts';

/** Folder of files in a snapshot's folder. */
const content = 'fs';

/** How a driver of whole trees makes one out of another. */
export interface WholeTreeDriver {
  readonly name: SnapshotterName;
  readonly kernel: Kernel;
  /** The driver's own folder. */
  readonly root: string;
  /** Taken over. */
  readonly pool: WorkerPool;
  readonly status: readonly (readonly [string, string])[];
  /** Bytes that storage options allow a container; undefined: no limit. Refuses all other options. */
  readonly sizeOf: (options: Readonly<Record<string, string>>) => number | undefined;
  /** Limits what a tree holds; absent where `sizeOf` gives no limits. */
  readonly limitTree?: (tree: string, bytes: number) => Promise<void>;
  /** The folder of files is a subvolume, which goes in one step. */
  readonly subvolumes: boolean;
  readonly owners?: OwnerMapping | undefined;
  /** Makes the directory `to`, empty or with everything that `from` holds. */
  readonly makeTree: (to: string, from: string | undefined) => Promise<void>;
}

/** Snapshots that hold everything: `<root>/<chain ID>/fs` and `<root>/<container>/fs`. */
export class WholeTreeSnapshotter implements OpenedSnapshotter {
  readonly keepsMapping = false;
  readonly transfer: LayerTransfer;
  readonly #driver: WholeTreeDriver;
  readonly #files: Files;
  readonly #mounts: Mounts;
  readonly #pool: WorkerPool;
  readonly #folder: SnapshotFolder;
  readonly #layers: LayerStore;
  readonly #containers: ContainerFolders;
  readonly #mapped: MappedFolder | undefined;

  constructor(driver: WholeTreeDriver) {
    const { kernel, root, pool, name } = driver;
    this.#driver = driver;
    this.#files = kernel.files;
    this.#mounts = kernel.mounts;
    this.#pool = pool;
    mkdirSync(root, { recursive: true, mode: 0o710 });
    this.transfer = new WorkerLayerTransfer({ pool, processes: kernel.processes });
    this.#folder = new SnapshotFolder(root, pool, driver.subvolumes ? content : undefined);
    this.#layers = new LayerStore(name, this.#folder, kernel);
    this.#containers = new ContainerFolders(name, this.#folder);
    this.#mapped = driver.owners && new MappedFolder(kernel, name, root, driver.owners);
  }

  get name(): SnapshotterName {
    return this.#driver.name;
  }

  status(): readonly (readonly [string, string])[] {
    return this.#driver.status;
  }

  async hasLayer(chainId: Digest): Promise<boolean> {
    return this.#layers.has(chainId);
  }

  async createLayer(parent: Digest | undefined): Promise<LayerDraft> {
    const below = parent === undefined ? undefined : this.#layers.folderOf(parent);
    const path = await this.#createCopy(below === undefined ? undefined : this.#path(below));
    return new FolderDraft({
      folder: this.#folder,
      path,
      content,
      whiteouts: 'apply',
      publish: (draft, chainId, usage) => this.#layers.publish(draft, chainId, parent, usage),
    });
  }

  async removeLayer(chainId: Digest): Promise<void> {
    this.#layers.remove(chainId);
  }

  async listLayers(): Promise<Digest[]> {
    return this.#layers.list();
  }

  async layerUsage(chainId: Digest): Promise<Usage> {
    return this.#layers.usage(chainId);
  }

  async checkLayer(chainId: Digest): Promise<LayerDamage | undefined> {
    return this.#layers.check(chainId, content);
  }

  async createContainer(
    id: string,
    chain: readonly Digest[],
    options: ContainerMountOptions = {},
  ): Promise<void> {
    const limit = this.#driver.sizeOf(options.storageOptions ?? {});
    const [top] = this.#layers.resolve(chain);
    if (this.#containers.find(id) !== undefined) {
      throw engineError('snapshots.container-exists', { id, driver: this.name });
    }
    const draft = await this.#createCopy(top === undefined ? undefined : this.#path(top));
    try {
      addInitEntries(this.#files, join(draft, content));
      await writeContainerRecord(draft, top);
      if (limit !== undefined) {
        writeLimit(draft, limit);
        await this.#driver.limitTree?.(join(draft, content), limit);
      }
      this.#containers.publish(draft, id);
    } catch (error) {
      this.#folder.discard(draft);
      throw error;
    }
  }

  async mount(id: string, options: { readonly mapped?: boolean } = {}): Promise<string> {
    this.#containers.get(id);
    await this.#renewLimit(id);
    const path = this.#path(id);
    return options.mapped === true && this.#mapped !== undefined ? this.#mapped.path(path) : path;
  }

  async unmount(): Promise<void> {}

  async removeContainer(id: string): Promise<void> {
    if (this.#containers.find(id) !== undefined) this.#folder.remove(id);
  }

  async mountLayers(
    chain: readonly Digest[],
    target: string,
    options: { readonly mapped?: boolean } = {},
  ): Promise<void> {
    const [top] = this.#layers.resolve(chain);
    const mapped = options.mapped === true ? this.#mapped : undefined;
    const path = top === undefined ? undefined : this.#path(top);
    mountReadOnly(this.#mounts, path && (mapped?.path(path) ?? path), target);
  }

  async listContainers(): Promise<string[]> {
    return this.#containers.list();
  }

  async containerUsage(id: string): Promise<Usage> {
    return (await this.#compare(id)).usage;
  }

  async changes(id: string): Promise<Change[]> {
    return (await this.#compare(id)).changes;
  }

  async diff(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
    const { top } = this.#containers.get(id);
    const below = top === undefined ? {} : { directory: this.#path(top) };
    return this.transfer.pack({
      directory: this.#path(id),
      whiteouts: 'none',
      base: { ...below, given: initPaths },
      ...(top === undefined ? {} : { rootLike: this.#path(top) }),
      ...options,
    });
  }

  async describe(id: string): Promise<Readonly<Record<string, string>>> {
    this.#containers.get(id);
    return { Dir: this.#path(id) };
  }

  async describeLayer(chain: readonly Digest[]): Promise<Readonly<Record<string, string>>> {
    const [top] = this.#layers.resolve(chain);
    return top === undefined ? {} : { Dir: this.#path(top) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _ = this.#pool;
    using _mapped = this.#mapped;
    await this.#layers.flush();
    await this.#folder.settled();
  }

  #path(name: string): string {
    return this.#folder.path(name, content);
  }

  #compare(id: string) {
    const { top } = this.#containers.get(id);
    return this.#pool.run<'compare'>({
      kind: 'compare',
      before: top === undefined ? undefined : this.#path(top),
      after: this.#path(id),
      given: initPaths,
    });
  }

  /** A draft whose content is a copy of `source`. */
  async #createCopy(source: string | undefined): Promise<string> {
    const draft = await this.#folder.createDraft();
    try {
      await this.#driver.makeTree(join(draft, content), source);
    } catch (error) {
      this.#folder.discard(draft);
      throw error;
    }
    return draft;
  }

  /** A limit is kept by the file system, but lost when somebody turned its quotas off and on. */
  async #renewLimit(id: string): Promise<void> {
    const { limitTree } = this.#driver;
    const limit = limitTree && readLimit(this.#folder.path(id));
    if (limit !== undefined) await limitTree?.(this.#path(id), limit);
  }
}
