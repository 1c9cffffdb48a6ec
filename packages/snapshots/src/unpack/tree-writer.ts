import {
  closeSync,
  constants,
  fchownSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import { type ByteString, fromText, toPath, toText } from '@berth/tar/byte-string.ts';
import type { TarEntry } from '@berth/tar/tar-entry.ts';
import type { TarHandler } from '@berth/tar/tar-reader.ts';
import type { UnpackPlace } from '../layer-transfer.ts';
import { ownerOutside } from '../tree/mapped-owner.ts';
import { isMountPoint } from '../tree/mount-point.ts';
import { type OverlayNamespace, overlayNames } from '../tree/overlay-names.ts';
import { removeTreeNow } from '../tree/remove-tree.ts';
import { jobError } from '../worker/job-error.ts';
import { DeferredDirectories, type DirectoryTarget } from './deferred-directories.ts';
import { DirectoryCache, type OpenDirectory } from './directory-cache.ts';
import { EntryMetadata } from './entry-metadata.ts';
import {
  baseOf,
  childPath,
  cleanEntryPath,
  parentOf,
  unsafeEntry,
  type Whiteout,
  whiteoutOf,
} from './entry-path.ts';
import { WarningList } from './warning-list.ts';
import { ApplyWhiteouts, OverlayWhiteouts, type WhiteoutPolicy } from './whiteout-policy.ts';

export interface TreeWriterOptions {
  readonly files: Files;
  readonly directory: string;
  /** Where in the directory, without leading slash, and how. */
  readonly place: UnpackPlace | undefined;
  /** Absent: names that begin with `.wh.` are ordinary. */
  readonly whiteouts: 'overlay' | 'apply' | undefined;
  readonly namespace: OverlayNamespace;
}

const createFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const linkLimit = 4095;

/**
 * Writes the entries of a hostile archive below a directory. Parents are resolved by the kernel inside
 * the target, the last component is never followed, existing files are replaced rather than opened.
 */
export class TreeWriter implements TarHandler {
  readonly warnings = new WarningList();
  readonly #files: Files;
  readonly #directories: DirectoryCache;
  readonly #metadata: EntryMetadata;
  readonly #whiteouts: WhiteoutPolicy | undefined;
  readonly #deferred: DeferredDirectories;
  /** Cached descriptors may belong to directories that were replaced. */
  #stale = false;
  readonly #place: UnpackPlace | undefined;
  readonly #base: ByteString;
  #bytes = 0;
  #inodes = 0;

  #fd = -1;
  #file: TarEntry | undefined;
  #filePath: ByteString = '';

  constructor(options: TreeWriterOptions) {
    const names = overlayNames(options.namespace);
    this.#place = options.place;
    this.#base = cleanEntryPath(fromText(options.place?.path ?? ''));
    this.#files = options.files;
    this.#directories = new DirectoryCache(options.files, options.directory, {
      found: (path, fd) => this.#deferred.found(path, fd),
      implied: (path, fd) => this.#implied(path, fd),
      clearHidden: (path, at) => this.#whiteouts?.clearHidden(path, at) === true,
      replacedHidden: (path) => this.#replacedHidden(path),
    });
    this.#metadata = new EntryMetadata(options.files, this.warnings);
    this.#deferred = new DeferredDirectories(
      options.files,
      this.#directories,
      this.#metadata,
      directoryTarget(options),
    );
    if (options.whiteouts === 'overlay') {
      this.#whiteouts = new OverlayWhiteouts(options.files, this.#directories, names);
    } else if (options.whiteouts === 'apply') {
      this.#whiteouts = new ApplyWhiteouts(this.#directories);
    }
  }

  get usage(): { bytes: number; inodes: number } {
    return { bytes: this.#bytes, inodes: this.#inodes };
  }

  entry(asked: TarEntry): void {
    if (this.#stale) this.#directories.clear();
    this.#stale = false;
    const entry = this.#owned(asked);
    const within = cleanEntryPath(entry.name);
    // The place itself stays as it is.
    if (this.#place !== undefined && within === '' && entry.type === 'directory') return;
    const path = this.#below(within);
    if (this.#place?.overwrite === 'same-kind') this.#requireSameKind(path, entry);
    if (this.#whiteouts !== undefined) {
      const whiteout = whiteoutOf(path);
      if (whiteout !== undefined) {
        this.#whiteout(this.#whiteouts, parentOf(path), whiteout);
        return;
      }
    }
    if (entry.type === 'directory') this.#directory(path, entry);
    else if (path === '') throw unsafeEntry(entry.name, 'it would replace the root directory');
    else this.#nonDirectory(path, entry);
    this.#whiteouts?.placed(path);
  }

  /** With the owner that the files are to have here. */
  #owned(asked: TarEntry): TarEntry {
    const { owner, mappings } = this.#place ?? {};
    const wanted = owner === undefined ? asked : { ...asked, ...owner };
    if (mappings === undefined || wanted.type === 'hard-link') return wanted;
    const outside = ownerOutside(mappings, wanted);
    if (outside !== undefined) return { ...wanted, ...outside };
    const { uid, gid } = wanted;
    throw jobError('snapshots.owner-not-mapped', { entry: toText(asked.name), uid, gid });
  }

  data(chunk: Buffer, start: number, length: number, position: number): void {
    if (this.#fd < 0) return;
    let done = 0;
    while (done < length) {
      done += writeSync(this.#fd, chunk, start + done, length - done, position + done);
    }
  }

  entryEnd(): void {
    const entry = this.#file;
    if (entry === undefined) return;
    this.#file = undefined;
    try {
      if (entry.extents !== undefined) ftruncateSync(this.#fd, entry.size);
      const path = toPath(this.#filePath);
      this.#metadata.open(this.#fd, path, entry, true);
      this.#metadata.fileTimes(this.#fd, path, entry);
    } finally {
      closeSync(this.#fd);
      this.#fd = -1;
    }
    this.#bytes += entry.size;
  }

  /** Sets what had to wait for all entries: attributes and times of directories. */
  finish(): void {
    this.#directories.clear();
    this.#deferred.finish(this.#whiteouts?.hidAnything === true);
  }

  /** Closes what is open. Call in every case. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
    this.#directories.clear();
  }

  #below(within: ByteString): ByteString {
    if (this.#base === '' || within === '') return within;
    return childPath(this.#base, within);
  }

  #requireSameKind(path: ByteString, entry: TarEntry): void {
    const parent = path === '' ? undefined : this.#directories.find(parentOf(path));
    if (parent === undefined) return;
    const stat = lstatSync(toPath(parent.prefix + baseOf(path)), { throwIfNoEntry: false });
    const directory = entry.type === 'directory';
    if (stat === undefined || stat.isDirectory() === directory) return;
    throw jobError('snapshots.overwrite-refused', {
      existing: directory ? 'non-directory' : 'directory',
      entry: directory ? 'directory' : 'non-directory',
      path: `/${toText(path)}`,
      directory: `/${toText(this.#base)}`,
    });
  }

  #whiteout(policy: WhiteoutPolicy, parent: ByteString, whiteout: Whiteout): void {
    if (whiteout.type === 'opaque') policy.hideAll(parent);
    if (whiteout.type !== 'name') return;
    policy.hide(parent, whiteout.name);
    this.#deferred.hides(childPath(parent, whiteout.name));
  }

  /** A directory that hides one below has nothing from it, not even its attributes. */
  #replacedHidden(path: ByteString): void {
    this.#whiteouts?.hideAll(path);
    this.#deferred.hides(path);
  }

  #implied(path: ByteString, fd: number): void {
    this.#inodes++;
    const root = this.#place?.mappings && ownerOutside(this.#place.mappings, { uid: 0, gid: 0 });
    if (root !== undefined) fchownSync(fd, root.uid, root.gid);
    this.#deferred.implied(path);
  }

  #directory(path: ByteString, entry: TarEntry): void {
    this.#deferred.named(path, entry);
    if (path === '') {
      const root = this.#directories.ensure('');
      this.#metadata.open(root.fd, `${root.prefix}.`, entry, false);
      return;
    }
    const parent = this.#directories.ensure(parentOf(path));
    const target = toPath(parent.prefix + baseOf(path));
    let created = this.#made(target, entry.mode);
    if (!created) created = this.#madeInPlace(target, parent.prefix + baseOf(path), entry);
    const fd = openSync(target, directoryFlags);
    this.#directories.adopt(path, fd);
    this.#metadata.open(fd, target, entry, created);
    if (created) this.#inodes++;
  }

  #made(target: string | Buffer, mode: number): boolean {
    try {
      mkdirSync(target, mode & 0o777);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** Something is at the path of a directory: keep a directory, replace anything else. True when made anew. */
  #madeInPlace(target: string | Buffer, bytes: ByteString, entry: TarEntry): boolean {
    if (lstatSync(target).isDirectory()) return false;
    const path = this.#below(cleanEntryPath(entry.name));
    if (this.#whiteouts?.clearHidden(path, target) !== true) this.#remove(bytes, path);
    mkdirSync(target, entry.mode & 0o777);
    this.#whiteouts?.hideAll(path);
    return true;
  }

  #nonDirectory(path: ByteString, entry: TarEntry): void {
    const parent = this.#directories.ensure(parentOf(path));
    const bytes = parent.prefix + baseOf(path);
    if (entry.type === 'hard-link') {
      this.#hardLink(path, bytes, entry);
      return;
    }
    for (let attempt = 0; ; attempt++) {
      try {
        if (entry.type === 'file') this.#openFile(parent, baseOf(path), entry);
        else this.#create(toPath(bytes), entry);
        this.#inodes++;
        return;
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST' || attempt > 0) throw error;
        this.#replace(path, bytes);
      }
    }
  }

  #create(target: string | Buffer, entry: TarEntry): void {
    if (entry.type !== 'symlink') {
      this.#special(target, entry);
      return;
    }
    if (entry.linkName === '' || entry.linkName.length > linkLimit) {
      throw unsafeEntry(entry.name, 'its link target is empty or too long');
    }
    symlinkSync(toPath(entry.linkName), target);
    this.#metadata.symlink(target, entry);
  }

  /** By descriptor rather than by path: a large part of the time that small files take is looking up names. */
  #openFile(parent: OpenDirectory, name: ByteString, entry: TarEntry): void {
    this.#fd = this.#files.openAt(parent.fd, toPath(name), createFlags, entry.mode & 0o777);
    this.#file = entry;
    this.#filePath = parent.prefix + name;
  }

  #special(target: string | Buffer, entry: TarEntry): void {
    const type = entry.type as 'char' | 'block' | 'fifo';
    if (type === 'char' && entry.major === 0 && entry.minor === 0) {
      this.warnings.add(`${toText(entry.name)}: character device 0:0 left out`);
      return;
    }
    try {
      this.#files.mknod(target, type, entry.mode & 0o777, entry.major, entry.minor);
    } catch (error) {
      if (errnoOf(error) !== 'EPERM') throw error;
      this.warnings.add(`${toText(entry.name)}: making a device node is not permitted here`);
      return;
    }
    this.#metadata.special(target, entry);
  }

  #hardLink(path: ByteString, bytes: ByteString, entry: TarEntry): void {
    const source = this.#below(cleanEntryPath(entry.linkName, entry.name));
    if (source === path) return;
    const parent = source === '' ? undefined : this.#directories.find(parentOf(source));
    const from = parent === undefined ? undefined : toPath(parent.prefix + baseOf(source));
    const stat = from === undefined ? undefined : lstatSync(from, { throwIfNoEntry: false });
    if (from === undefined || stat === undefined || isWhiteout(stat)) throw missingTarget(entry);
    if (stat.isDirectory()) throw unsafeEntry(entry.name, 'hard link to a directory');
    try {
      linkSync(from, toPath(bytes));
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (isSameFile(stat, toPath(bytes))) return;
      this.#replace(path, bytes);
      // The target may have been inside of the directory that stood here.
      if (lstatSync(from, { throwIfNoEntry: false }) === undefined) throw missingTarget(entry);
      linkSync(from, toPath(bytes));
    }
  }

  /** Makes room for something that is no directory. */
  #replace(path: ByteString, bytes: ByteString): void {
    this.#remove(bytes, path);
    this.#deferred.replaced(path);
  }

  /** Descriptors of directories below stay usable until the next entry. */
  #remove(bytes: ByteString, path: ByteString): void {
    // In another mount namespace the kernel would take the mount away with the file.
    if (this.#place !== undefined && isMountPoint(bytes)) {
      throw jobError('snapshots.mount-point', { path: `/${toText(path)}` });
    }
    removeTreeNow(bytes);
    this.#stale = true;
  }
}

function directoryTarget({ whiteouts, namespace }: TreeWriterOptions): DirectoryTarget {
  if (whiteouts === 'overlay') return { type: 'overlay layer', names: overlayNames(namespace) };
  return { type: whiteouts === 'apply' ? 'merged layers' : 'plain' };
}

function missingTarget(entry: TarEntry) {
  return unsafeEntry(entry.name, `hard link to "${toText(entry.linkName)}", which is not there`);
}

function isWhiteout(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === 0;
}

function isSameFile(stat: Stats, path: string | Buffer): boolean {
  const other = lstatSync(path);
  return other.dev === stat.dev && other.ino === stat.ino;
}
