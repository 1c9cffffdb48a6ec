import type { BigIntStats } from 'node:fs';
import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import type { OverlayNames } from './overlay-names.ts';
import { isWhiteoutStat, statOf } from './tree-walker.ts';

/** What a stack of overlay layers shows at a path. */
export interface Below {
  readonly stat: BigIntStats;
  /** For a directory: the directories that it is merged from, topmost first. */
  readonly directories: readonly ByteString[];
}

/** Looks into stacks of layers as overlayfs does when it merges them. */
export class LowerView {
  readonly #files: Files;
  readonly #names: OverlayNames;

  constructor(files: Files, names: OverlayNames) {
    this.#files = files;
    this.#names = names;
  }

  /** What `name` is in the directory that is merged from `directories`, topmost first. */
  lookUp(directories: readonly ByteString[], name: ByteString): Below | undefined {
    let found: BigIntStats | undefined;
    const merged: ByteString[] = [];
    for (const directory of directories) {
      const path = `${directory}/${name}`;
      const stat = statOf(path);
      if (stat === undefined) continue;
      if (isWhiteoutStat(stat)) break;
      found ??= stat;
      if (!stat.isDirectory()) break;
      merged.push(path);
      if (this.isOpaque(path)) break;
    }
    return found === undefined ? undefined : { stat: found, directories: merged };
  }

  /** True for a directory that hides what lies below it. */
  isOpaque(path: ByteString): boolean {
    return this.#files.getXattr(toPath(path), this.#names.opaque)?.toString('latin1') === 'y';
  }
}
