import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { type ResolvedUser, resolveUser } from '@berth/runtime';

/** Larger files are cut: no honest passwd file comes near it. */
const largestFile = 4 * 1024 * 1024;

/** The ids that `user` means inside the root file system, whose files are hostile. */
export function lookUpUser(
  kernel: Kernel,
  root: string,
  user: string,
  groupAdd: readonly string[],
): ResolvedUser {
  return resolveUser({
    user,
    groupAdd,
    passwd: readInside(kernel, root, '/etc/passwd'),
    group: readInside(kernel, root, '/etc/group'),
  });
}

/** Text of a regular file below `root`; empty when there is none. Never blocks on a FIFO or device. */
function readInside(kernel: Kernel, root: string, path: string): string {
  let descriptor: number;
  try {
    descriptor = kernel.files.openInRoot(root, path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP' || errno === 'ENXIO')
      return '';
    throw error;
  }
  try {
    const facts = fstatSync(descriptor);
    if (!facts.isFile()) return '';
    const buffer = Buffer.allocUnsafe(Math.min(facts.size, largestFile));
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
