import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { FilePath, Files } from '@berth/kernel';
import { toText } from '@berth/tar/byte-string.ts';
import type { TarEntry, Timestamp } from '@berth/tar/tar-entry.ts';
import { isReservedXattr } from '../tree/overlay-names.ts';
import { unsafeEntry } from './entry-path.ts';
import type { WarningList } from './warning-list.ts';

const ownerLimit = 0xffff_fffe;
/** Seconds that every file system can take or clamps itself: years 1677 to 9999. */
const earliest = -9_223_372_036;
const latest = 253_402_300_799;
/** Labels of the host's security modules: meaningless on another host. */
const hostLabels = new Set([
  'security.selinux',
  'security.apparmor',
  'security.ima',
  'security.evm',
]);

/** Puts owner, mode, extended attributes and times of an entry on the file made for it. */
export class EntryMetadata {
  readonly #files: Files;
  readonly #warnings: WarningList;
  readonly #umask: number;

  constructor(files: Files, warnings: WarningList) {
    this.#files = files;
    this.#warnings = warnings;
    this.#umask = currentUmask();
  }

  /**
   * For a regular file or directory that was created with the entry's permission bits. Owner first:
   * chown(2) clears set-id bits and file capabilities.
   */
  open(fd: number, path: FilePath, entry: TarEntry, created: boolean): void {
    fchownSync(fd, checkedOwner(entry, entry.uid), checkedOwner(entry, entry.gid));
    if (!created || (entry.mode & (this.#umask | 0o7000)) !== 0) fchmodSync(fd, entry.mode);
    if (entry.xattrs.size > 0 && entry.type === 'file') this.xattrs(path, entry);
  }

  /** For devices and fifos. The mode is set through a descriptor: a path could be followed. */
  special(path: FilePath, entry: TarEntry): void {
    lchownSync(path, checkedOwner(entry, entry.uid), checkedOwner(entry, entry.gid));
    const fd = openSync(path, oPath | constants.O_NOFOLLOW);
    try {
      chmodSync(`/proc/self/fd/${fd}`, entry.mode);
    } finally {
      closeSync(fd);
    }
    this.xattrs(path, entry);
    this.times(path, entry.mtime, entry.atime);
  }

  symlink(path: FilePath, entry: TarEntry): void {
    lchownSync(path, checkedOwner(entry, entry.uid), checkedOwner(entry, entry.gid));
    this.xattrs(path, entry);
    this.times(path, entry.mtime, entry.atime);
  }

  /** For an open file. Whole seconds, which most archives have, need no path. */
  fileTimes(fd: number, path: FilePath, { mtime, atime = mtime }: TarEntry): void {
    const whole = mtime[1] === 0 && atime[1] === 0 && mtime[0] >= 0 && atime[0] >= 0;
    if (whole && mtime[0] <= latest && atime[0] <= latest) futimesSync(fd, atime[0], mtime[0]);
    else this.times(path, mtime, atime);
  }

  times(path: FilePath, mtime: Timestamp, atime: Timestamp | undefined): void {
    this.#files.setTimes(path, clamped(atime ?? mtime), clamped(mtime));
  }

  xattrs(path: FilePath, entry: TarEntry): void {
    for (const [name, value] of entry.xattrs) {
      if (isReservedXattr(name)) {
        throw unsafeEntry(entry.name, `extended attribute ${name} is reserved`);
      }
      if (hostLabels.has(name)) continue;
      try {
        this.#files.setXattr(path, name, value);
      } catch (error) {
        const errno = errnoOf(error) ?? '';
        if (!['EOPNOTSUPP', 'ENOTSUP', 'EPERM', 'EINVAL', 'ERANGE'].includes(errno)) throw error;
        this.#warnings.add(`${toText(entry.name)}: extended attribute ${name} left out (${errno})`);
      }
    }
  }
}

/** O_PATH of open(2), which node:fs does not name. The same on every architecture that Node supports. */
const oPath = 0o10000000;

function checkedOwner(entry: TarEntry, id: number): number {
  if (id >= 0 && id <= ownerLimit) return id;
  throw unsafeEntry(entry.name, `owner or group ${id} is not a valid number`);
}

function clamped(time: Timestamp): Timestamp {
  if (time[0] < earliest) return [earliest, 0];
  return time[0] > latest ? [latest, 0] : time;
}

/** Read from procfs: process.umask() would change it for a moment, seen by all threads. */
function currentUmask(): number {
  const match = /^Umask:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  return match === null ? 0o777 : Number.parseInt(match[1]!, 8);
}
