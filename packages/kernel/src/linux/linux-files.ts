import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { FilePath, Files, NewFileOptions } from '../files.ts';
import { type SysAddon, sysAddon } from '../sys/addon.ts';
import { fileSystemName } from './file-system-names.ts';
import { openInRoot, resolveInRoot } from './resolve-in-root.ts';

/** S_IFMT values of inode(7). */
const fileTypes = { char: 0o020000, block: 0o060000, fifo: 0o010000, socket: 0o140000 } as const;
/** RENAME_EXCHANGE of renameat2(2). */
const exchangeFlag = 0x2;
/** LOCK_EX | LOCK_NB of flock(2). */
const exclusiveNow = 0x2 | 0x4;

export class LinuxFiles implements Files {
  mknod(
    path: FilePath,
    type: keyof typeof fileTypes,
    mode: number,
    major: number,
    minor: number,
  ): void {
    sysAddon().mknod(path, fileTypes[type] | (mode & 0o7777), major, minor);
  }

  listXattrs(path: FilePath): string[] {
    const names = sysAddon().listXattrs(path).toString('utf8');
    return names.split('\0').filter((name) => name !== '');
  }

  getXattr(path: FilePath, name: string): Buffer | undefined {
    return sysAddon().getXattr(path, name);
  }

  setXattr(path: FilePath, name: string, value: Buffer): void {
    sysAddon().setXattr(path, name, value);
  }

  removeXattr(path: FilePath, name: string): void {
    sysAddon().removeXattr(path, name);
  }

  setTimes(
    path: FilePath,
    atime: readonly [number, number],
    mtime: readonly [number, number],
  ): void {
    sysAddon().setTimes(path, atime[0], atime[1], mtime[0], mtime[1]);
  }

  dataExtents(fd: number, size: number): [number, number][] {
    const numbers = sysAddon().dataExtents(fd, size);
    const extents: [number, number][] = [];
    for (let index = 0; index + 1 < numbers.length; index += 2)
      extents.push([numbers[index]!, numbers[index + 1]!]);
    return extents;
  }

  openInRoot(root: string, path: FilePath, flags: number, mode = 0o666): number {
    return openInRoot(sysAddon(), root, path, flags, mode);
  }

  openAt(directory: number, path: FilePath, flags: number, mode = 0o666): number {
    const creates = (flags & constants.O_CREAT) !== 0;
    return sysAddon().openat2(directory, path, flags, creates ? mode : 0, 0);
  }

  resolveInRoot(root: string, path: string): string {
    return resolveInRoot(sysAddon(), root, path);
  }

  exchange(a: string, b: string): void {
    sysAddon().renameat2(a, b, exchangeFlag);
  }

  copyFile(from: string, to: string): void {
    withBoth(from, to, (source, target, size) => {
      const sys = sysAddon();
      for (const [offset, length] of this.dataExtents(source, size))
        copyExtent(sys, source, target, offset, length);
      ftruncateSync(target, size);
      return true;
    });
  }

  cloneFile(from: string, to: string): boolean {
    return withBoth(from, to, (source, target) => sysAddon().clone(source, target));
  }

  createSubvolume(path: string, source?: string): void {
    sysAddon().subvolumeCreate(dirname(path), basename(path), source ?? null);
  }

  removeSubvolume(path: string): void {
    sysAddon().subvolumeDestroy(dirname(path), basename(path));
  }

  limitSubvolume(path: string, bytes: number): void {
    sysAddon().subvolumeLimit(path, bytes);
  }

  unlimitSubvolume(path: string): void {
    sysAddon().subvolumeLimit(path, -1);
  }

  replaceFile(path: string, content: string, { mode, owner }: NewFileOptions): Promise<void> {
    const bytes = Buffer.from(content);
    const { uid, gid } = owner ?? { uid: -1, gid: -1 };
    return sysAddon().replaceFileAsync(path, `${path}.new`, bytes, mode, uid, gid);
  }

  syncFileSystem(path: string): Promise<void> {
    return sysAddon().syncfs(path);
  }

  statFileSystem(path: string): { type: string; totalBytes: number; freeBytes: number } {
    const [magic, blockSize, blocks, available] = sysAddon().statfs(path);
    return {
      type: fileSystemName(magic),
      totalBytes: blocks * blockSize,
      freeBytes: available * blockSize,
    };
  }

  setUmask(mask: number): number {
    return process.umask(mask);
  }

  tryLock(fd: number): boolean {
    return sysAddon().flock(fd, exclusiveNow);
  }
}

function copyExtent(
  sys: SysAddon,
  source: number,
  target: number,
  offset: number,
  length: number,
): void {
  const copied = sys.copyRange(source, target, offset, length);
  if (copied < length && offset + copied < fstatSync(source).size)
    throw new Error(`copy stopped at byte ${offset + copied}`);
}

/** Opens `from` to read and `to` (made or emptied, with the permissions of `from`) to write. */
function withBoth(
  from: string,
  to: string,
  action: (source: number, target: number, size: number) => boolean,
): boolean {
  const source = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { mode, size } = fstatSync(source);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const target = openSync(to, flags, mode & 0o7777);
    try {
      return action(source, target, size);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}
