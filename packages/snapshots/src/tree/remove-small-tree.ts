import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';

/** Entries that a small tree has at most. */
const entryLimit = 64;

/**
 * Removes a tree of few entries without a thread of its own for it, which would take a hundred times the memory and
 * time. False, and nothing is touched, when it is larger or too deep, is no directory or holds names that are not UTF-8. Nobody may
 * change the tree meanwhile. Symbolic links are not followed; nothing there is no error.
 */
export async function removeSmallTree(path: string): Promise<boolean> {
  const found = await listSmallTree(path);
  if (found === undefined) return false;
  for (const { name, directory } of found.reverse()) {
    await (directory ? rmdir(name) : unlink(name));
  }
  return true;
}

interface Entry {
  readonly name: string;
  readonly directory: boolean;
}

/** Parents before their children; undefined for what is no small tree. */
async function listSmallTree(path: string): Promise<Entry[] | undefined> {
  const entries: Entry[] = [{ name: path, directory: true }];
  try {
    for (const { name, directory } of entries) {
      if (!directory) continue;
      const children = await readdir(name, { withFileTypes: true });
      if (entries.length + children.length > entryLimit) return undefined;
      if (children.some((child) => child.name.includes('\ufffd'))) return undefined;
      for (const child of children) {
        entries.push({ name: join(name, child.name), directory: child.isDirectory() });
      }
    }
    return entries;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' && entries.length === 1) return [];
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errno ?? '')) return undefined;
    throw error;
  }
}
