import {
  closeSync,
  constants,
  fchmodSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { toPath, toText } from '@berth/tar/byte-string.ts';
import type { TarEntry } from '@berth/tar/tar-entry.ts';
import type { TarHandler } from '@berth/tar/tar-reader.ts';
import { CommandError } from '../usage-error.ts';

const createFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Unpacks what a container sent into a folder of this machine. The archive is hostile: no name leads out of the
 * folder, no symbolic link on the way is followed, a folder never replaces a file nor a file a folder. Files belong
 * to whoever runs this; modes and times are kept. Device nodes and pipes are left out and told of.
 */
export class LocalWriter implements TarHandler {
  readonly leftOut: string[] = [];
  readonly #folder: string;
  readonly #rename: (name: string) => string;
  readonly #folders = new Map<string, TarEntry>();
  #fd = -1;
  #file: TarEntry | undefined;

  /** `folder` may end in `/` or `/.`; `rename` maps the names of the archive to those below it. */
  constructor(folder: string, rename: (name: string) => string) {
    // Joined paths have no such ending, and are compared with it.
    this.#folder = path.posix.join(folder, '.').replace(/(?<=.)\/$/, '');
    this.#rename = rename;
  }

  entry(entry: TarEntry): void {
    const target = this.#pathOf(entry.name, entry);
    if (entry.type === 'directory') this.#directory(target, entry);
    else if (target === this.#folder) throw unsafe(entry, 'it would replace the destination');
    else this.#nonDirectory(target, entry);
  }

  data(chunk: Buffer, start: number, length: number, position: number): void {
    if (this.#fd < 0) return;
    for (let done = 0; done < length; ) {
      done += writeSync(this.#fd, chunk, start + done, length - done, position + done);
    }
  }

  entryEnd(): void {
    const entry = this.#file;
    if (entry === undefined) return;
    this.#file = undefined;
    ftruncateSync(this.#fd, entry.size);
    fchmodSync(this.#fd, entry.mode);
    futimesSync(this.#fd, secondsOf(entry), secondsOf(entry));
    this.close();
  }

  /** Sets what had to wait: modes and times of folders. */
  finish(): void {
    for (const [target, entry] of [...this.#folders].reverse()) {
      const fd = openSync(toPath(target), constants.O_DIRECTORY | constants.O_NOFOLLOW);
      try {
        fchmodSync(fd, entry.mode);
        futimesSync(fd, secondsOf(entry), secondsOf(entry));
      } finally {
        closeSync(fd);
      }
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #directory(target: string, entry: TarEntry): void {
    if (target === this.#folder) return;
    this.#requireParent(target, entry);
    const found = lstatSync(toPath(target), { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory()) {
      throw refused('non-directory', target, 'directory', this.#folder);
    }
    if (found === undefined) mkdirSync(toPath(target), 0o700);
    this.#folders.set(target, entry);
  }

  #nonDirectory(target: string, entry: TarEntry): void {
    this.#requireParent(target, entry);
    const found = lstatSync(toPath(target), { throwIfNoEntry: false });
    if (found?.isDirectory()) throw refused('directory', target, 'non-directory', this.#folder);
    if (!['file', 'symlink', 'hard-link'].includes(entry.type)) {
      this.leftOut.push(toText(target));
      return;
    }
    if (found !== undefined) unlinkSync(toPath(target));
    if (entry.type === 'symlink') {
      symlinkSync(toPath(entry.linkName), toPath(target));
      lutimesSync(toPath(target), secondsOf(entry), secondsOf(entry));
    } else if (entry.type === 'hard-link') {
      const source = this.#pathOf(entry.linkName, entry);
      this.#requireParent(source, entry);
      linkSync(toPath(source), toPath(target));
    } else {
      this.#fd = openSync(toPath(target), createFlags, 0o600);
      this.#file = entry;
    }
  }

  #pathOf(name: string, entry: TarEntry): string {
    const clean = path.posix.normalize(`./${this.#rename(name)}`).replace(/\/$/, '');
    if (clean === '..' || clean.startsWith('../')) throw unsafe(entry, 'it lies outside');
    return path.posix.join(this.#folder, clean);
  }

  /** Every folder on the way is one, and none a link; missing ones are made. */
  #requireParent(target: string, entry: TarEntry): void {
    const parent = path.posix.dirname(target);
    if (parent === this.#folder || this.#folders.has(parent)) return;
    this.#requireParent(parent, entry);
    const found = lstatSync(toPath(parent), { throwIfNoEntry: false });
    if (found === undefined) mkdirSync(toPath(parent), 0o755);
    else if (!found.isDirectory()) throw unsafe(entry, `${toText(parent)} is not a directory`);
  }
}

function secondsOf({ mtime: [seconds, nanoseconds] }: TarEntry): number {
  return seconds + nanoseconds / 1e9;
}

function refused(existing: string, target: string, entry: string, folder: string): CommandError {
  const [at, into] = [JSON.stringify(toText(target)), JSON.stringify(toText(folder))];
  return new CommandError(`cannot overwrite ${existing} ${at} with ${entry} ${into}`);
}

function unsafe(entry: TarEntry, reason: string): CommandError {
  return new CommandError(
    `refusing archive entry ${JSON.stringify(toText(entry.name))}: ${reason}`,
  );
}
