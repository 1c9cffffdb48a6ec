import { errnoOf } from '@berth/errors';
import type { FilePath, Files } from '@berth/kernel';
import { isReservedXattr } from './overlay-names.ts';

/** The attributes of a file that belong to its content rather than to this host. */
export function portableXattrs(files: Files, path: FilePath): Map<string, Buffer> {
  const xattrs = new Map<string, Buffer>();
  for (const name of listed(files, path)) {
    const portable = name === 'security.capability' || /^(?:user|trusted)\./.test(name);
    if (!portable || isReservedXattr(name)) continue;
    const value = files.getXattr(path, name);
    if (value !== undefined) xattrs.set(name, value);
  }
  return xattrs;
}

/** Copies every attribute but the marks of overlayfs. Those that the target cannot hold are left out. */
export function copyXattrs(files: Files, from: FilePath, to: FilePath): void {
  for (const name of listed(files, from)) {
    if (isReservedXattr(name)) continue;
    const value = files.getXattr(from, name);
    if (value === undefined) continue;
    try {
      files.setXattr(to, name, value);
    } catch (error) {
      if (!['EOPNOTSUPP', 'ENOTSUP', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    }
  }
}

function listed(files: Files, path: FilePath): string[] {
  try {
    return files.listXattrs(path);
  } catch (error) {
    if (['EOPNOTSUPP', 'ENOTSUP', 'ENOENT'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
