import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { engineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import type { Digest } from '@berth/oci';
import type { LayerTransfer } from '../layer-transfer.ts';
import type {
  Change,
  ContainerMountOptions,
  LayerDamage,
  LayerDraft,
  OpenedSnapshotter,
  Usage,
} from '../snapshotter.ts';
import { ContainerFolders } from '../store/container-folders.ts';
import { FolderDraft } from '../store/folder-draft.ts';
import { fillInitLayer } from '../store/init-layer.ts';
import { layerName, writeContainerRecord } from '../store/layer-records.ts';
import { LayerStore } from '../store/layer-store.ts';
import type { MappedFolder, OwnerMapping } from '../store/mapped-folder.ts';
import { mountReadOnly } from '../store/mount-read-only.ts';
import { SnapshotFolder } from '../store/snapshot-folder.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';
import { WorkerLayerTransfer } from '../worker-layer-transfer.ts';
import { initName, LowerDirectories, layerContent } from './lower-directories.ts';
import { admitGroup, openMapped } from './mapped-overlay.ts';
import { overlayFeatures } from './overlay-features.ts';
import type { OverlayFeatures } from './overlay-probe.ts';

/** Layers of one image. Overlayfs takes more, but other engines could not run such an image. */
const layerLimit = 127;

/**
 * Snapshots as overlay mounts. `<root>/<chain ID>/diff` holds what a layer adds,
 * `<root>/<container>/{diff,work,merged}` what a container changed and where it is mounted.
 */
export class OverlaySnapshotter implements OpenedSnapshotter {
  readonly name = 'overlay2';
  readonly keepsMapping = true;
  readonly features: OverlayFeatures;
  readonly #kernel: Kernel;
  readonly transfer: LayerTransfer;
  readonly #pool: WorkerPool;
  readonly #folder: SnapshotFolder;
  readonly #layers: LayerStore;
  readonly #containers: ContainerFolders;
  readonly #lower: LowerDirectories;
  readonly #mapped: MappedFolder | undefined;

  /** `root` is the driver's own folder. Takes the pool over. Fails with snapshots.driver-unavailable. */
  constructor(kernel: Kernel, root: string, pool: WorkerPool, owners?: OwnerMapping) {
    this.#kernel = kernel;
    this.#pool = pool;
    mkdirSync(root, { recursive: true, mode: 0o710 });
    this.features = overlayFeatures(kernel, root);
    const { namespace } = this.features;
    this.transfer = new WorkerLayerTransfer({ pool, namespace, processes: kernel.processes });
    this.#folder = new SnapshotFolder(root, pool);
    this.#layers = new LayerStore('overlay2', this.#folder, kernel);
    this.#containers = new ContainerFolders('overlay2', this.#folder);
    this.#lower = new LowerDirectories(kernel, this.#folder, pool, this.features);
    this.#makeInitLayer();
    this.#mapped = owners && openMapped(kernel, root, owners);
  }

  status(): readonly (readonly [string, string])[] {
    const { backing, supportsDType, namespace } = this.features;
    return [
      ['Backing Filesystem', backing],
      ['Supports d_type', String(supportsDType)],
      ['Using metacopy', 'false'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', String(namespace === 'user')],
    ];
  }

  async hasLayer(chainId: Digest): Promise<boolean> {
    return this.#layers.has(chainId);
  }

  async createLayer(parent: Digest | undefined): Promise<LayerDraft> {
    const path = await this.#folder.createDraft();
    await mkdir(join(path, layerContent), 0o755);
    return new FolderDraft({
      folder: this.#folder,
      path,
      content: layerContent,
      whiteouts: 'overlay',
      publish: (draft, chainId, usage) => this.#layers.publish(draft, chainId, parent, usage),
    });
  }

  async removeLayer(chainId: Digest): Promise<void> {
    this.#layers.remove(chainId);
    this.#lower.forget(layerName(chainId));
  }

  async listLayers(): Promise<Digest[]> {
    return this.#layers.list();
  }

  async layerUsage(chainId: Digest): Promise<Usage> {
    return this.#layers.usage(chainId);
  }

  async checkLayer(chainId: Digest): Promise<LayerDamage | undefined> {
    return this.#layers.check(chainId, layerContent);
  }

  async createContainer(
    id: string,
    chain: readonly Digest[],
    options: ContainerMountOptions = {},
  ): Promise<void> {
    refuseOptions(options);
    if (chain.length > layerLimit) {
      throw engineError('snapshots.too-many-layers', { count: chain.length, limit: layerLimit });
    }
    const names = this.#layers.resolve(chain);
    await this.#lower.settle(names);
    const draft = await this.#folder.createDraft();
    try {
      await this.#fillContainer(draft, names);
      this.#containers.publish(draft, id);
    } catch (error) {
      this.#folder.discard(draft);
      throw error;
    }
  }

  async mount(id: string, options: { readonly mapped?: boolean } = {}): Promise<string> {
    const { top } = this.#containers.get(id);
    const target = this.#folder.path(id, 'merged');
    if (this.#isMounted(id)) return target;
    const mapped = options.mapped === true ? this.#mapped : undefined;
    if (mapped !== undefined) admitGroup(this.#folder.path(id), mapped.mappings);
    const seen = (path: string): string => mapped?.path(path) ?? path;
    await this.#kernel.mounts.mountOverlayAsync({
      lower: this.#lower.paths(this.#layers.chainFrom(top)).map(seen),
      upper: seen(this.#folder.path(id, layerContent)),
      work: seen(this.#folder.path(id, 'work')),
      target,
      options: this.features.options,
    });
    return target;
  }

  async unmount(id: string): Promise<void> {
    await this.#detach(id);
  }

  async removeContainer(id: string): Promise<void> {
    if (this.#containers.find(id) === undefined) return;
    await this.#detach(id);
    this.#folder.remove(id);
  }

  async mountLayers(
    chain: readonly Digest[],
    target: string,
    options: { readonly mapped?: boolean } = {},
  ): Promise<void> {
    const names = this.#layers.resolve(chain);
    await this.#lower.settle(names);
    const mapped = options.mapped === true ? this.#mapped : undefined;
    const lower = this.#lower.imagePaths(names).map((path) => mapped?.path(path) ?? path);
    if (lower.length < 2) mountReadOnly(this.#kernel.mounts, lower[0], target);
    else await this.#kernel.mounts.mountOverlayAsync({ lower, target, options: this.#readOptions });
  }

  async listContainers(): Promise<string[]> {
    return this.#containers.list();
  }

  async containerUsage(id: string): Promise<Usage> {
    this.#containers.get(id);
    const directory = this.#folder.path(id, layerContent);
    return this.#pool.run<'usage'>({ kind: 'usage', directory });
  }

  async changes(id: string): Promise<Change[]> {
    const { top } = this.#containers.get(id);
    return this.#pool.run<'overlay-changes'>({
      kind: 'overlay-changes',
      upper: this.#folder.path(id, layerContent),
      lower: this.#lower.paths(this.#layers.chainFrom(top)),
      namespace: this.features.namespace,
    });
  }

  async diff(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<Readable> {
    const { top } = this.#containers.get(id);
    return this.transfer.pack({
      directory: this.#folder.path(id, layerContent),
      whiteouts: 'overlay',
      rootLike: this.#lower.rootSource(this.#layers.chainFrom(top)),
      ...options,
    });
  }

  async describe(id: string): Promise<Readonly<Record<string, string>>> {
    const { top } = this.#containers.get(id);
    return {
      LowerDir: this.#lower.paths(this.#layers.chainFrom(top)).join(':'),
      ...this.#ownDirectories(id),
    };
  }

  async describeLayer(chain: readonly Digest[]): Promise<Readonly<Record<string, string>>> {
    const [top, ...below] = this.#layers.resolve(chain);
    if (top === undefined) return {};
    const lower = below.map((name) => this.#lower.path(name));
    return {
      ...(lower.length === 0 ? {} : { LowerDir: lower.join(':') }),
      ...this.#ownDirectories(top),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _ = this.#pool;
    using _mapped = this.#mapped;
    await this.#layers.flush();
    await this.#folder.settled();
  }

  /** Where whiteouts are marked in user attributes, reading them has to be told as well. */
  get #readOptions(): readonly string[] {
    return this.features.namespace === 'user' ? ['userxattr'] : [];
  }

  #ownDirectories(name: string): Record<'MergedDir' | 'UpperDir' | 'WorkDir', string> {
    return {
      MergedDir: this.#folder.path(name, 'merged'),
      UpperDir: this.#folder.path(name, layerContent),
      WorkDir: this.#folder.path(name, 'work'),
    };
  }

  /** The upper root is the root that the container sees, so it takes over owner and mode of the image's. */
  async #fillContainer(draft: string, names: readonly string[]): Promise<void> {
    const folders = [layerContent, 'work', 'merged'].map((name) => mkdir(join(draft, name), 0o700));
    await Promise.all([writeContainerRecord(draft, names[0]), ...folders]);
    const root = statSync(this.#lower.rootSource(names));
    const upper = join(draft, layerContent);
    chownSync(upper, root.uid, root.gid);
    chmodSync(upper, root.mode & 0o7777);
  }

  /** A mount point lies on another device than its parent directory. */
  #isMounted(id: string): boolean {
    const merged = statSync(this.#folder.path(id, 'merged'));
    return merged.dev !== statSync(this.#folder.path(id)).dev;
  }

  #detach(id: string): Promise<void> {
    return this.#kernel.mounts.unmountAsync(this.#folder.path(id, 'merged'), { detach: true });
  }

  #makeInitLayer(): void {
    if (this.#folder.has(initName)) return;
    const draft = this.#folder.createDraftSync();
    mkdirSync(join(draft, layerContent), 0o755);
    fillInitLayer(join(draft, layerContent));
    this.#folder.publish(draft, initName);
  }
}

function refuseOptions({ storageOptions = {} }: ContainerMountOptions): void {
  if (Object.keys(storageOptions).length === 0) return;
  const reason = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
  throw engineError('snapshots.option-unsupported', { reason });
}
