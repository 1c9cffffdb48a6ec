import { closeSync, constants, fstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import type { FileDescription } from '../layer-transfer.ts';

/** O_PATH of open(2), which node:fs does not name. */
const pathOnly = 0o10000000;

/** File systems that show the kernel itself: their files have no size and some have no end. */
const kernelFileSystems: ReadonlySet<string> = new Set([
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'mqueue',
  'nsfs',
  'proc',
  'securityfs',
  'sysfs',
  'tracefs',
]);

/** Whether a file belongs to the kernel rather than to somebody's data. Follows a final link. */
export function isKernelFile(files: Files, path: string): boolean {
  return kernelFileSystems.has(files.statFileSystem(path).type);
}

/**
 * Opens what stands at `path`, resolved with `root` as `/`, without following a final link and with no rights
 * to its content (O_PATH). The caller closes the descriptor. Undefined when there is nothing at it.
 */
export function openPlace(files: Files, root: string, path: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = files.openInRoot(root, path, pathOnly | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
  try {
    const link = fstatSync(descriptor).isSymbolicLink();
    if (link || !isKernelFile(files, `/proc/self/fd/${descriptor}`)) return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

/** See LayerTransfer.describe. */
export function describeFile(
  files: Files,
  root: string,
  path: string,
): FileDescription | undefined {
  const descriptor = openPlace(files, root, path);
  if (descriptor === undefined) return undefined;
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    return {
      mode: Number(stat.mode),
      size: Number(stat.size),
      mtimeNs: stat.mtimeNs,
      linkTarget: stat.isSymbolicLink() ? farEnd(files, root, path) : '',
    };
  } finally {
    closeSync(descriptor);
  }
}

/** See LayerTransfer.resolve. */
export function resolveFile(files: Files, root: string, path: string): string | undefined {
  const descriptor = openPlace(files, root, path);
  if (descriptor === undefined) return undefined;
  closeSync(descriptor);
  const target = farEnd(files, root, path);
  const end = openPlace(files, root, target);
  if (end === undefined) return undefined;
  closeSync(end);
  return target;
}

/** The end of a chain of links inside the root, or as far as it leads. */
function farEnd(files: Files, root: string, path: string): string {
  try {
    return `/${posix.relative(root, files.resolveInRoot(root, path))}`;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) throw error;
  }
  const parent = openPlace(files, root, posix.dirname(posix.join('/', path)));
  if (parent === undefined) return posix.join('/', path);
  try {
    const name = posix.basename(path);
    const target = readlinkSync(`/proc/self/fd/${parent}/${name}`);
    return posix.resolve('/', posix.dirname(posix.join('/', path)), target);
  } finally {
    closeSync(parent);
  }
}
