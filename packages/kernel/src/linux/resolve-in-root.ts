import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { FilePath } from '../files.ts';
import { KernelError } from '../kernel-error.ts';
import type { SysAddon } from '../sys/addon.ts';

/** RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS of openat2(2). */
const inRoot = 0x10 | 0x02;
const pathOnly = 0x200000;
/** As many as the kernel itself follows (MAXSYMLINKS). */
const linkLimit = 40;

/** openat2(2) with `root` as the root folder: neither `..` nor a symbolic link leads out of it. */
export function openInRoot(
  sys: SysAddon,
  root: string,
  path: FilePath,
  flags: number,
  mode: number,
): number {
  const directory = openSync(root, constants.O_DIRECTORY | pathOnly);
  try {
    const creates = (flags & constants.O_CREAT) !== 0;
    return sys.openat2(
      directory,
      path.length === 0 ? '.' : path,
      flags,
      creates ? mode : 0,
      inRoot,
    );
  } finally {
    closeSync(directory);
  }
}

/**
 * The path below `root` that `path` means inside it, with every symbolic link resolved. The last
 * component may be missing, also when it is reached through a dangling link; ENOENT when more is.
 */
export function resolveInRoot(sys: SysAddon, root: string, path: string): string {
  const directory = openSync(root, constants.O_DIRECTORY | pathOnly);
  try {
    const realRoot = pathOf(directory);
    const below = resolveBelow(sys, directory, realRoot, path);
    return posix.join(root, below);
  } finally {
    closeSync(directory);
  }
}

function resolveBelow(sys: SysAddon, directory: number, realRoot: string, path: string): string {
  let wanted = path;
  for (let links = 0; links < linkLimit; links++) {
    const whole = openPath(sys, directory, wanted);
    if (whole !== undefined) return stripRoot(takePath(whole), realRoot);
    const { folder, name } = splitLast(wanted);
    const parent = openPath(sys, directory, folder);
    if (parent === undefined) throw new KernelError('openat2', 'ENOENT', path);
    try {
      const parentPath = stripRoot(pathOf(parent), realRoot);
      const target = linkTarget(parent, name);
      if (target === undefined) return posix.join(parentPath, name);
      // Joined as text: a `..` in it must be walked by the kernel.
      wanted = target.startsWith('/') ? target : `${parentPath}/${target}`;
    } finally {
      closeSync(parent);
    }
  }
  throw new KernelError('openat2', 'ELOOP', path);
}

function splitLast(path: string): { folder: string; name: string } {
  const trimmed = path.replace(/\/+$/, '');
  const name = posix.basename(trimmed);
  if (name === '..' || name === '.' || name === '')
    throw new KernelError('openat2', 'ENOENT', path);
  return { folder: posix.dirname(trimmed), name };
}

/** Where a link in the opened folder points; undefined when there is nothing of that name. */
function linkTarget(folder: number, name: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${folder}/${name}`);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return undefined;
    // Made meanwhile, and no link: the next round finds it.
    if (errno === 'EINVAL') return name;
    throw error;
  }
}

function openPath(sys: SysAddon, directory: number, path: string): number | undefined {
  try {
    return sys.openat2(directory, path === '' ? '/' : path, pathOnly, 0, inRoot);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function takePath(descriptor: number): string {
  try {
    return pathOf(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function pathOf(descriptor: number): string {
  return readlinkSync(`/proc/self/fd/${descriptor}`);
}

function stripRoot(path: string, root: string): string {
  if (root === '/') return path;
  if (path === root) return '/';
  if (path.startsWith(`${root}/`)) return path.slice(root.length);
  throw new KernelError('openat2', 'EXDEV', path, `moved out of ${root} while it was resolved`);
}
