import { fstatSync } from 'node:fs';
import type { Files } from '@berth/kernel';
import type { ByteString } from '@berth/tar/byte-string.ts';
import type { TarEntry, Timestamp } from '@berth/tar/tar-entry.ts';
import type { OverlayNames } from '../tree/overlay-names.ts';
import { type RootMark, writeRootMarks } from '../tree/root-marks.ts';
import { timestampOf } from '../tree/timestamp-of.ts';
import type { DirectoryCache } from './directory-cache.ts';
import type { EntryMetadata } from './entry-metadata.ts';

/** Directories that may wait. Beyond it they are set early, to bound memory. */
const waitingLimit = 200_000;

/** How directories are treated that the archive does not name. */
export type DirectoryTarget =
  /** One layer alone: they are marked, for the layers below are not known yet. */
  | { readonly type: 'overlay layer'; readonly names: OverlayNames }
  /** A layer on top of those below: they stay as they are there. */
  | { readonly type: 'merged layers' }
  /** Any directory: writing into them changes their times. */
  | { readonly type: 'plain' };

type Waiting =
  /** Named by the archive: extended attributes and times. */
  | { readonly type: 'named'; readonly entry: TarEntry }
  /** There before and not named: gets back the times that writing into it changed. */
  | { readonly type: 'kept'; readonly atime: Timestamp; readonly mtime: Timestamp }
  /** Made because something lies in it. */
  | { readonly type: 'implied' };

/** What must wait until nothing more is written into a directory. */
export class DeferredDirectories {
  readonly #files: Files;
  readonly #directories: DirectoryCache;
  readonly #metadata: EntryMetadata;
  readonly #waiting = new Map<ByteString, Waiting>();
  readonly #target: DirectoryTarget;
  #unsettled = false;
  #rootNamed = false;

  constructor(
    files: Files,
    directories: DirectoryCache,
    metadata: EntryMetadata,
    target: DirectoryTarget,
  ) {
    this.#files = files;
    this.#directories = directories;
    this.#metadata = metadata;
    this.#target = target;
  }

  named(path: ByteString, entry: TarEntry): void {
    this.#rootNamed ||= path === '';
    this.#wait(path, { type: 'named', entry });
  }

  implied(path: ByteString): void {
    if (this.#target.type === 'overlay layer') this.#wait(path, { type: 'implied' });
  }

  /** A directory that was there is about to be written into. */
  found(path: ByteString, fd: number): void {
    if (this.#target.type !== 'merged layers' || this.#waiting.has(path)) return;
    const { atimeNs, mtimeNs } = fstatSync(fd, { bigint: true });
    this.#wait(path, { type: 'kept', atime: timestampOf(atimeNs), mtime: timestampOf(mtimeNs) });
  }

  /** Something else stands at the path now. */
  replaced(path: ByteString): void {
    this.#waiting.delete(path);
  }

  /** The directory hides the one below: it has nothing from there, not even attributes. */
  hides(path: ByteString): void {
    if (this.#waiting.get(path)?.type !== 'named') this.#waiting.delete(path);
  }

  /** All entries are written. `hidAnything`: whiteouts stand in the tree. */
  finish(hidAnything: boolean): void {
    this.#apply();
    if (this.#target.type !== 'overlay layer') return;
    const marks: RootMark[] = [];
    if (!this.#rootNamed) marks.push('root');
    if (this.#unsettled || hidAnything) marks.push('unsettled');
    writeRootMarks(this.#files, this.#target.names, this.#self('')!, marks);
  }

  #wait(path: ByteString, waiting: Waiting): void {
    if (this.#waiting.size >= waitingLimit) this.#apply();
    this.#waiting.set(path, waiting);
  }

  #apply(): void {
    for (const [path, waiting] of this.#waiting) {
      const self = this.#self(path);
      if (self === undefined) continue;
      if (waiting.type === 'named') {
        this.#metadata.xattrs(self, waiting.entry);
        this.#metadata.times(self, waiting.entry.mtime, waiting.entry.atime);
      } else if (waiting.type === 'kept') {
        this.#metadata.times(self, waiting.mtime, waiting.atime);
      } else if (this.#target.type === 'overlay layer') {
        this.#unsettled = true;
        this.#files.setXattr(self, this.#target.names.implied, Buffer.from('y'));
      }
    }
    this.#waiting.clear();
  }

  /** A path that names the directory itself; undefined when it is gone. */
  #self(path: ByteString): string | undefined {
    const directory = this.#directories.find(path);
    return directory === undefined ? undefined : `${directory.prefix}.`;
  }
}
