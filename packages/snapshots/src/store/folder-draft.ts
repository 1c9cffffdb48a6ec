import { join } from 'node:path';
import type { Digest } from '@berth/oci';
import type { LayerDraft, Usage } from '../snapshotter.ts';
import type { SnapshotFolder } from './snapshot-folder.ts';

export interface FolderDraftOptions {
  readonly folder: SnapshotFolder;
  /** The draft's own folder. */
  readonly path: string;
  /** Name of the directory to unpack into. */
  readonly content: string;
  readonly whiteouts: 'overlay' | 'apply';
  /** Publishes the draft or, when it lost a race, drops it. */
  readonly publish: (path: string, chainId: Digest, usage: Usage) => void;
}

/** A layer that is being unpacked in a draft folder. */
export class FolderDraft implements LayerDraft {
  readonly directory: string;
  readonly whiteouts: 'overlay' | 'apply';
  readonly #options: FolderDraftOptions;
  #open = true;

  constructor(options: FolderDraftOptions) {
    this.#options = options;
    this.directory = join(options.path, options.content);
    this.whiteouts = options.whiteouts;
  }

  async commit(chainId: Digest, usage: Usage): Promise<void> {
    if (!this.#open) throw new Error(`the draft of ${chainId} was committed or disposed before`);
    this.#options.publish(this.#options.path, chainId, usage);
    this.#open = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#options.folder.discard(this.#options.path);
  }
}
