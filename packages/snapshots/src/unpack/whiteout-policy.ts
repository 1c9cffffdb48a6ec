import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
} from 'node:fs';
import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import type { OverlayNames } from '../tree/overlay-names.ts';
import { removeTreeNow } from '../tree/remove-tree.ts';
import { jobError } from '../worker/job-error.ts';
import type { DirectoryCache } from './directory-cache.ts';
import { childPath, parentOf } from './entry-path.ts';

/**
 * What the whiteouts of a layer do in the target. They hide what layers below have, never what the same
 * layer brings, in whatever order the entries stand (image specification, layer.md).
 */
export interface WhiteoutPolicy {
  /** True once marks stand in the tree that depend on the layers below. */
  readonly hidAnything: boolean;
  /** Hides `name` of the directory at `parent`. */
  hide(parent: ByteString, name: ByteString): void;
  /** Hides all that lower layers have in the directory; for the root too. */
  hideAll(directory: ByteString): void;
  /** A file or directory of this layer stands at `path` now. */
  placed(path: ByteString): void;
  /**
   * A directory is about to be made at `path`. Removes what stands there as far as the layer does not
   * see it: its own whiteout, or a file of a lower layer. True when there was such a thing.
   */
  clearHidden(path: ByteString, target: string | Buffer): boolean;
}

/** Keeps whiteouts as overlayfs wants them: character devices 0:0 and opaque directories. */
export class OverlayWhiteouts implements WhiteoutPolicy {
  hidAnything = false;
  readonly #files: Files;
  readonly #directories: DirectoryCache;
  readonly #names: OverlayNames;

  constructor(files: Files, directories: DirectoryCache, names: OverlayNames) {
    this.#files = files;
    this.#directories = directories;
    this.#names = names;
  }

  hide(parent: ByteString, name: ByteString): void {
    const path = this.#directories.ensure(parent).prefix + name;
    const stat = lstatSync(toPath(path), { throwIfNoEntry: false });
    if (stat === undefined) {
      this.#files.mknod(toPath(path), 'char', 0, 0, 0);
      this.hidAnything = true;
    } else if (stat.isDirectory()) {
      this.#setOpaque(toPath(path));
    }
  }

  hideAll(directory: ByteString): void {
    this.#setOpaque(`${this.#directories.ensure(directory).prefix}.`);
  }

  placed(): void {}

  clearHidden(_path: ByteString, target: string | Buffer): boolean {
    const stat = lstatSync(target, { throwIfNoEntry: false });
    if (!stat?.isCharacterDevice() || stat.rdev !== 0) return false;
    unlinkSync(target);
    return true;
  }

  #setOpaque(path: string | Buffer): void {
    this.#files.setXattr(path, this.#names.opaque, Buffer.from('y'));
  }
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Characters of paths kept in memory while a layer is applied in place. */
const placedLimit = 256 << 20;

/** Removes hidden files at once, for targets that already hold the layers below. */
export class ApplyWhiteouts implements WhiteoutPolicy {
  readonly hidAnything = false;
  readonly #directories: DirectoryCache;
  readonly #placed = new Map<ByteString, 'named' | 'implied'>();
  #placedLength = 0;

  constructor(directories: DirectoryCache) {
    this.#directories = directories;
  }

  hide(parent: ByteString, name: ByteString): void {
    const directory = this.#directories.ensure(parent);
    this.#touch(parent);
    const path = childPath(parent, name);
    if (this.#placed.has(path)) {
      this.#hidePlaced(path, toPath(directory.prefix + name));
      return;
    }
    removeTreeNow(directory.prefix + name);
    this.#directories.clear();
  }

  /** Of a directory that the layer does not name itself, the attributes come from below too. */
  #hidePlaced(path: ByteString, target: string | Buffer): void {
    if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    const fd = openSync(target, directoryFlags);
    try {
      if (this.#placed.get(path) === 'implied') {
        fchownSync(fd, 0, 0);
        fchmodSync(fd, 0o755);
      }
    } finally {
      closeSync(fd);
    }
    this.hideAll(path);
  }

  hideAll(path: ByteString): void {
    const names = readdirSync(this.#directories.ensure(path).prefix, { encoding: 'latin1' });
    this.#touch(path);
    for (const name of names) {
      const child = childPath(path, name);
      const access = this.#directories.ensure(path).prefix + name;
      if (this.#placed.has(child)) {
        this.#hidePlaced(child, toPath(access));
      } else {
        removeTreeNow(access);
        this.#directories.clear();
      }
    }
  }

  placed(path: ByteString): void {
    this.#touch(path);
    this.#placed.set(path, 'named');
  }

  /** Directories around what the layer brings are kept as well. */
  #touch(path: ByteString): void {
    for (let at = path; at !== '' && !this.#placed.has(at); at = parentOf(at)) {
      this.#placed.set(at, 'implied');
      this.#placedLength += at.length;
    }
    if (this.#placedLength > placedLimit) {
      throw jobError('snapshots.invalid-archive', { reason: 'too many entries to apply in place' });
    }
  }

  clearHidden(path: ByteString, target: string | Buffer): boolean {
    if (this.#placed.has(path)) return false;
    const stat = lstatSync(target, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return false;
    unlinkSync(target);
    return true;
  }
}
