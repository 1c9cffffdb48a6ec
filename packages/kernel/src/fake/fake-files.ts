import {
  closeSync,
  constants,
  copyFileSync,
  cpSync,
  fstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { posix } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { FilePath, Files, NewFileOptions } from '../files.ts';
import { KernelError } from '../kernel-error.ts';

export interface FakeNode {
  readonly type: 'char' | 'block' | 'fifo' | 'socket';
  readonly mode: number;
  readonly major: number;
  readonly minor: number;
}

/**
 * What needs privileges is kept in memory (extended attributes, device nodes, locks, the umask); a node
 * made stands on disk as an empty file. The rest is done on disk with plain node:fs. `openInRoot` and
 * `resolveInRoot` do not defend against races: never use them on hostile trees.
 */
export class FakeFiles implements Files {
  readonly nodes = new Map<string, FakeNode>();
  readonly xattrs = new Map<string, Map<string, Buffer>>();
  readonly locks = new Set<number>();
  readonly synced: string[] = [];
  /** Bytes that each limited subvolume may hold; nothing enforces them. */
  readonly limits = new Map<string, number>();
  fileSystem = { type: 'ext4', totalBytes: 100e9, freeBytes: 50e9 };
  umask = 0o022;

  mknod(path: FilePath, type: FakeNode['type'], mode: number, major: number, minor: number): void {
    asKernel('mknod', path, () => writeFileSync(path, '', { flag: 'wx' }));
    this.nodes.set(keyOf(path), { type, mode, major, minor });
  }

  listXattrs(path: FilePath): string[] {
    return [...(this.xattrs.get(keyOf(path))?.keys() ?? [])];
  }

  getXattr(path: FilePath, name: string): Buffer | undefined {
    return this.xattrs.get(keyOf(path))?.get(name);
  }

  setXattr(path: FilePath, name: string, value: Buffer): void {
    const attributes = this.xattrs.get(keyOf(path)) ?? new Map<string, Buffer>();
    this.xattrs.set(keyOf(path), attributes.set(name, Buffer.from(value)));
  }

  removeXattr(path: FilePath, name: string): void {
    if (this.xattrs.get(keyOf(path))?.delete(name) === true) return;
    throw new KernelError('lremovexattr', 'ENODATA', keyOf(path));
  }

  setTimes(
    path: FilePath,
    atime: readonly [number, number],
    mtime: readonly [number, number],
  ): void {
    const seconds = ([whole, nanos]: readonly [number, number]) => whole + nanos / 1e9;
    asKernel('utimensat', path, () => lutimesSync(path, seconds(atime), seconds(mtime)));
  }

  dataExtents(_fd: number, size: number): [number, number][] {
    return size === 0 ? [] : [[0, size]];
  }

  openAt(directory: number, path: FilePath, flags: number, mode = 0o666): number {
    const absolute = Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), Buffer.from(path)]);
    return asKernel('openat2', path, () => openSync(absolute, flags, mode));
  }

  openInRoot(root: string, path: FilePath, flags: number, mode = 0o666): number {
    const below = this.resolveInRoot(root, keyOf(path));
    return asKernel('openat2', path, () => openSync(below, flags, mode));
  }

  resolveInRoot(root: string, path: string): string {
    return posix.join(root, walk(root, path, 0));
  }

  exchange(a: string, b: string): void {
    const aside = `${a}.exchange`;
    asKernel('renameat2', b, () => {
      closeSync(openSync(b, constants.O_RDONLY));
      renameSync(a, aside);
      renameSync(b, a);
      renameSync(aside, b);
    });
  }

  copyFile(from: string, to: string): void {
    asKernel('copy_file_range', from, () => copyFileSync(from, to));
  }

  cloneFile(_from: string, _to: string): boolean {
    return false;
  }

  createSubvolume(path: string, source?: string): void {
    asKernel('ioctl', path, () => {
      if (source === undefined) mkdirSync(path);
      else cpSync(source, path, { recursive: true, errorOnExist: true, force: false });
    });
  }

  removeSubvolume(path: string): void {
    asKernel('ioctl', path, () => rmSync(path, { recursive: true }));
    this.limits.delete(path);
  }

  limitSubvolume(path: string, bytes: number): void {
    asKernel('ioctl', path, () => realpathSync(path));
    this.limits.set(path, bytes);
  }

  unlimitSubvolume(path: string): void {
    if (!this.limits.delete(path)) throw new KernelError('ioctl', 'ENOTCONN', path);
  }

  async replaceFile(path: string, content: string, { mode }: NewFileOptions): Promise<void> {
    asKernel('open', path, () => writeFileSync(`${path}.new`, content, { mode }));
    try {
      asKernel('rename', path, () => renameSync(`${path}.new`, path));
    } finally {
      rmSync(`${path}.new`, { force: true });
    }
  }

  async syncFileSystem(path: string): Promise<void> {
    this.synced.push(path);
  }

  statFileSystem(path: string): { type: string; totalBytes: number; freeBytes: number } {
    asKernel('statfs', path, () => realpathSync(path));
    return { ...this.fileSystem };
  }

  setUmask(mask: number): number {
    const before = this.umask;
    this.umask = mask;
    return before;
  }

  tryLock(fd: number): boolean {
    const { ino } = fstatSync(fd);
    if (this.locks.has(ino)) return false;
    this.locks.add(ino);
    return true;
  }
}

function keyOf(path: FilePath): string {
  return path.toString();
}

/** node:fs failures as the port reports them. */
function asKernel<T>(syscall: string, path: FilePath, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new KernelError(syscall, errnoOf(error) ?? 'EIO', keyOf(path));
  }
}

/** Resolves links with `root` as `/`; the last component may be missing. */
function walk(root: string, path: string, links: number): string {
  if (links > 40) throw new KernelError('openat2', 'ELOOP', path);
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  let at = '/';
  for (const [index, step] of steps.entries()) {
    const next = posix.resolve(at, step);
    const target = linkTarget(posix.join(root, next), index === steps.length - 1);
    if (target === undefined) {
      at = next;
      continue;
    }
    const rest = steps.slice(index + 1).join('/');
    const base = target.startsWith('/') ? '/' : at;
    return walk(root, `${base}/${target}/${rest}`, links + 1);
  }
  return at;
}

/** Where a link points; undefined for what is no link, or (if it may be) is missing. */
function linkTarget(path: string, mayBeMissing: boolean): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    const errno = errnoOf(error) ?? 'EIO';
    if (errno === 'EINVAL' || (errno === 'ENOENT' && mayBeMissing)) return undefined;
    throw new KernelError('openat2', errno, path);
  }
}
