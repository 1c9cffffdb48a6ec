import type { Kernel } from '@berth/kernel';
import { fromText } from '@berth/tar/byte-string.ts';
import type { SnapshotFolder } from '../store/snapshot-folder.ts';
import { overlayNames } from '../tree/overlay-names.ts';
import { type RootMarks, readRootMarks } from '../tree/root-marks.ts';
import type { WorkerPool } from '../worker/worker-pool.ts';
import type { OverlayFeatures } from './overlay-probe.ts';

export const layerContent = 'diff';
/** Folder of the layer that lies below every image. */
export const initName = 'init';

/** Turns chains of layers (folder names, topmost first) into lower directories. */
export class LowerDirectories {
  readonly #kernel: Kernel;
  readonly #folder: SnapshotFolder;
  readonly #pool: WorkerPool;
  readonly #features: OverlayFeatures;
  readonly #marks = new Map<string, RootMarks>();
  readonly #settling = new Map<string, Promise<void>>();

  constructor(kernel: Kernel, folder: SnapshotFolder, pool: WorkerPool, features: OverlayFeatures) {
    this.#kernel = kernel;
    this.#folder = folder;
    this.#pool = pool;
    this.#features = features;
  }

  /** Topmost first, the init layer last. Layers below one that hides everything are left out. */
  paths(names: readonly string[]): string[] {
    return [...this.#visible(names), initName].map((name) => this.path(name));
  }

  /** As `paths`, with nothing but the layers. */
  imagePaths(names: readonly string[]): string[] {
    return this.#visible(names).map((name) => this.path(name));
  }

  path(name: string): string {
    return this.#folder.path(name, layerContent);
  }

  /** The directory whose attributes the merged root has. */
  rootSource(names: readonly string[]): string {
    return this.path(names.find((name) => !this.#marksOf(name).rootImplied) ?? initName);
  }

  /** Fits layers to those below them, lowest first, unless that was done before. */
  async settle(names: readonly string[]): Promise<void> {
    for (let index = names.length - 1; index >= 0; index--) {
      const name = names[index]!;
      if (!this.#marksOf(name).unsettled) continue;
      let settled = this.#settling.get(name);
      if (settled === undefined) {
        settled = this.#settle(name, names.slice(index + 1));
        this.#settling.set(name, settled);
      }
      await settled;
    }
  }

  /** The layer is gone: what is known of it must not outlive it. */
  forget(name: string): void {
    this.#marks.delete(name);
  }

  #visible(names: readonly string[]): readonly string[] {
    const opaque = names.findIndex((name) => this.#marksOf(name).opaque);
    return opaque < 0 ? names : names.slice(0, opaque + 1);
  }

  async #settle(name: string, below: readonly string[]): Promise<void> {
    try {
      await this.#pool.run<'settle-layer'>({
        kind: 'settle-layer',
        layer: this.path(name),
        lower: this.#visible(below).map((each) => this.path(each)),
        namespace: this.#features.namespace,
      });
    } finally {
      this.#settling.delete(name);
      this.#marks.delete(name);
    }
  }

  #marksOf(name: string): RootMarks {
    let marks = this.#marks.get(name);
    if (marks === undefined) {
      const names = overlayNames(this.#features.namespace);
      marks = readRootMarks(this.#kernel.files, names, fromText(this.path(name)));
      this.#marks.set(name, marks);
    }
    return marks;
  }
}
