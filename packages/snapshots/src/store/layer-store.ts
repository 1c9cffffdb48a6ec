import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { engineError, errnoOf } from '@berth/errors';
import { BackgroundSync, type Kernel } from '@berth/kernel';
import type { Digest } from '@berth/oci';
import type { LayerDamage, SnapshotterName, Usage } from '../snapshotter.ts';
import {
  chainIdOf,
  isLayerFolder,
  type LayerRecord,
  layerName,
  markSynced,
  readLayerRecord,
  writeLayerRecord,
  writeParent,
} from './layer-records.ts';
import type { SnapshotFolder } from './snapshot-folder.ts';

type KnownLayer = Pick<LayerRecord, 'usage' | 'parent'>;

/** The published layers of a driver. Knows them all in memory; the folders are the truth at open. */
export class LayerStore {
  readonly #driver: SnapshotterName;
  readonly #folder: SnapshotFolder;
  readonly #bootId: string;
  readonly #layers = new Map<string, KnownLayer>();
  readonly #sync: BackgroundSync;

  /** Drops layers that a power failure may have left incomplete. */
  constructor(driver: SnapshotterName, folder: SnapshotFolder, kernel: Kernel) {
    this.#driver = driver;
    this.#folder = folder;
    this.#bootId = kernel.host.bootId;
    this.#sync = new BackgroundSync(kernel.files, folder.root, (name) => {
      if (this.#layers.has(name)) markSynced(folder.path(name));
    });
    for (const name of folder.names()) this.#load(name);
  }

  has(chainId: Digest): boolean {
    return this.#layers.has(layerName(chainId));
  }

  list(): Digest[] {
    return [...this.#layers.keys()].map(chainIdOf);
  }

  usage(chainId: Digest): Usage {
    return this.#get(layerName(chainId)).usage;
  }

  /** Looks at the disk; `content` is the name of the folder of files in a layer's folder. */
  check(chainId: Digest, content: string): LayerDamage | undefined {
    const path = this.#folder.path(layerName(chainId));
    if (!this.#folder.has(layerName(chainId))) {
      return { state: 'missing', detail: `${path} does not exist` };
    }
    const record = readLayerRecord(path);
    if (record === undefined) return { state: 'corrupt', detail: `${path} has no valid record` };
    const names = listNames(join(path, content));
    if (names === undefined) {
      return { state: 'corrupt', detail: `${join(path, content)} is no directory` };
    }
    if (names.length > 0 || record.usage.bytes === 0) return undefined;
    return { state: 'corrupt', detail: `${join(path, content)} is empty` };
  }

  /** Folder name of a layer. Fails with snapshots.layer-missing. */
  folderOf(chainId: Digest): string {
    const name = layerName(chainId);
    this.#get(name);
    return name;
  }

  /** Publishes a draft. False when the layer is there already; then the draft is gone. */
  publish(draft: string, chainId: Digest, parent: Digest | undefined, usage: Usage): boolean {
    const name = layerName(chainId);
    if (this.#layers.has(name)) {
      this.#folder.discard(draft);
      return false;
    }
    writeLayerRecord(draft, { usage, parent, bootId: this.#bootId });
    if (!this.#folder.publish(draft, name)) return false;
    const { bytes, inodes } = usage;
    const parentName = parent === undefined ? undefined : layerName(parent);
    this.#layers.set(name, { usage: { bytes, inodes }, parent: parentName });
    this.#sync.add(name);
    return true;
  }

  remove(chainId: Digest): void {
    const name = layerName(chainId);
    this.#layers.delete(name);
    this.#sync.forget(name);
    this.#folder.remove(name);
  }

  /**
   * Folder names of an image's layers, topmost first, all of them there. A chain ID stands for the whole
   * chain below it, so a layer that was written without knowing its parent learns it here.
   */
  resolve(chain: readonly Digest[]): string[] {
    const names = chain.map(layerName);
    for (const [index, name] of names.entries()) {
      const layer = this.#get(name);
      const parent = names[index - 1];
      if (layer.parent === parent) continue;
      writeParent(this.#folder.path(name), parent);
      this.#layers.set(name, { ...layer, parent });
    }
    return names.reverse();
  }

  /** Folder names from `top` down. */
  chainFrom(top: string | undefined): string[] {
    const names: string[] = [];
    for (let name = top; name !== undefined; name = this.#get(name).parent) names.push(name);
    return names;
  }

  /** Resolves when all published layers are on disk. */
  flush(): Promise<void> {
    return this.#sync.flush();
  }

  #get(name: string): KnownLayer {
    const layer = this.#layers.get(name);
    if (layer !== undefined) return layer;
    throw engineError('snapshots.layer-missing', { layer: chainIdOf(name), driver: this.#driver });
  }

  #load(name: string): void {
    const path = this.#folder.path(name);
    if (!isLayerFolder(path)) return;
    const record = readLayerRecord(path);
    const incomplete =
      record === undefined ||
      (record.unsyncedSince !== undefined && record.unsyncedSince !== this.#bootId);
    if (incomplete) {
      this.#folder.remove(name);
      return;
    }
    this.#layers.set(name, { usage: record.usage, parent: record.parent });
    if (record.unsyncedSince !== undefined) this.#sync.add(name);
  }
}

function listNames(directory: string): string[] | undefined {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
