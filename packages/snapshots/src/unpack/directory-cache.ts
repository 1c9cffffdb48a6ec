import { closeSync, constants, mkdirSync, openSync, readlinkSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';
import { baseOf, cleanEntryPath, parentOf, unsafeEntry } from './entry-path.ts';

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY;
const symlinkHops = 40;

/** A directory held open; system calls reach its children through `prefix` whatever happens to its name. */
export interface OpenDirectory {
  readonly fd: number;
  readonly prefix: string;
}

/** What happens around directories that the archive does not name itself. */
export interface DirectoryHooks {
  /** A directory that stood there before was opened. */
  found(path: ByteString, fd: number): void;
  /** The directory at `path` had to be made because something lies in it. */
  implied(path: ByteString, fd: number): void;
  /** A directory is about to be made at `target`. True when something hidden stood there, now removed. */
  clearHidden(path: ByteString, target: string | Buffer): boolean;
  /** A directory was made where something hidden stood. */
  replacedHidden(path: ByteString): void;
}

/**
 * Directories of an unpack target, held open. Paths are resolved by the kernel with the target as root
 * (openat2 RESOLVE_IN_ROOT), so no symbolic link, absolute or with `..`, leads outside, even while
 * somebody else changes the tree. Children are then named through /proc/self/fd, which is immune to
 * renames and keeps paths short.
 */
export class DirectoryCache {
  readonly #files: Files;
  readonly #root: string;
  readonly #limit: number;
  readonly #open = new Map<ByteString, OpenDirectory>();
  readonly #hooks: DirectoryHooks;
  #lastPath: ByteString | undefined;
  #last: OpenDirectory | undefined;

  constructor(files: Files, root: string, hooks: DirectoryHooks, limit = 64) {
    this.#files = files;
    this.#root = root;
    this.#hooks = hooks;
    this.#limit = limit;
  }

  /** The directory at `path`, if there is one. Valid while no more than a few others are opened. */
  find(path: ByteString): OpenDirectory | undefined {
    const found = this.#lookUp(path);
    return typeof found === 'object' ? found : undefined;
  }

  /** As find, but makes missing directories (mode 0755). */
  ensure(path: ByteString, hops = 0): OpenDirectory {
    const found = this.#lookUp(path);
    if (typeof found === 'object') return found;
    if (found === 'link loop') throw unsafeEntry(path, 'too many symbolic links');
    const parent = this.ensure(parentOf(path), hops);
    const target = toPath(parent.prefix + baseOf(path));
    const wasHidden = found === 'not a directory' && this.#hooks.clearHidden(path, target);
    try {
      mkdirSync(target, 0o755);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (found === 'not a directory') throw unsafeEntry(path, 'it is not a directory', error);
      return this.ensure(this.#danglingTarget(path, target, hops, error), hops + 1);
    }
    const made = this.adopt(path, openSync(target, directoryFlags | constants.O_NOFOLLOW));
    this.#hooks.implied(path, made.fd);
    if (wasHidden) this.#hooks.replacedHidden(path);
    return made;
  }

  /** Takes over an open descriptor of the directory at `path`. */
  adopt(path: ByteString, fd: number): OpenDirectory {
    const previous = this.#open.get(path);
    if (previous !== undefined) {
      this.#open.delete(path);
      closeSync(previous.fd);
    }
    return this.#remember(path, { fd, prefix: `/proc/self/fd/${fd}/` });
  }

  /** Forgets everything: some directory was replaced. */
  clear(): void {
    for (const { fd } of this.#open.values()) closeSync(fd);
    this.#open.clear();
    this.#lastPath = undefined;
    this.#last = undefined;
  }

  #lookUp(path: ByteString): OpenDirectory | 'missing' | 'not a directory' | 'link loop' {
    if (path === this.#lastPath) return this.#last!;
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#open.delete(path);
      return this.#remember(path, known);
    }
    try {
      const inRoot = toPath(path === '' ? '.' : path);
      const opened = this.adopt(path, this.#files.openInRoot(this.#root, inRoot, directoryFlags));
      this.#hooks.found(path, opened.fd);
      return opened;
    } catch (error) {
      const errno = path === '' ? undefined : errnoOf(error);
      if (errno === 'ENOENT') return 'missing';
      if (errno === 'ENOTDIR') return 'not a directory';
      if (errno === 'ELOOP') return 'link loop';
      throw error;
    }
  }

  #remember(path: ByteString, directory: OpenDirectory): OpenDirectory {
    this.#open.set(path, directory);
    this.#lastPath = path;
    this.#last = directory;
    if (this.#open.size > this.#limit) {
      const [oldest, { fd }] = this.#open.entries().next().value!;
      this.#open.delete(oldest);
      closeSync(fd);
    }
    return directory;
  }

  /** Where a symbolic link without target points: its directory is made there, inside the root. */
  #danglingTarget(
    path: ByteString,
    link: string | Buffer,
    hops: number,
    cause: unknown,
  ): ByteString {
    if (hops >= symlinkHops) throw unsafeEntry(path, 'too many symbolic links', cause);
    const target = readlinkSync(link, 'latin1');
    if (target.startsWith('/')) return clampedPath(target);
    return clampedPath(`${parentOf(path)}/${target}`);
  }
}

/** Lexical cleaning in which `..` at the root stays at the root, as inside a chroot. */
function clampedPath(path: ByteString): ByteString {
  const parts: ByteString[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return cleanEntryPath(parts.join('/'), path);
}
