import { lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files } from '@berth/kernel';
import { timestampOf } from '../tree/timestamp-of.ts';

type InitEntry = readonly [path: string, type: 'directory' | 'file' | 'link', target?: string];

/**
 * What every container has, whatever its image holds: mount points of the runtime and of the files that
 * the engine provides. They lie below the image, so that its own files win, and are no changes of the
 * container.
 */
const initEntries: readonly InitEntry[] = [
  ['.dockerenv', 'file'],
  ['dev', 'directory'],
  ['dev/console', 'file'],
  ['dev/pts', 'directory'],
  ['dev/shm', 'directory'],
  ['etc', 'directory'],
  ['etc/hostname', 'file'],
  ['etc/hosts', 'file'],
  ['etc/mtab', 'link', '/proc/mounts'],
  ['etc/resolv.conf', 'file'],
  ['proc', 'directory'],
  ['sys', 'directory'],
];

export const initPaths: readonly string[] = initEntries.map(([path]) => path);

/** Makes the entries in an empty directory. */
export function fillInitLayer(directory: string): void {
  for (const entry of initEntries) makeEntry(join(directory, entry[0]), entry);
}

/**
 * Makes the entries that a root file system lacks and leaves the times of its directories as they are.
 * Image content is hostile: a parent that is a symbolic link is left alone.
 */
export function addInitEntries(files: Files, directory: string): void {
  for (const entry of initEntries) {
    const path = join(directory, entry[0]);
    const parent = lstatSync(dirname(path), { throwIfNoEntry: false, bigint: true });
    if (!parent?.isDirectory() || lstatSync(path, { throwIfNoEntry: false }) !== undefined)
      continue;
    makeEntry(path, entry);
    files.setTimes(dirname(path), timestampOf(parent.atimeNs), timestampOf(parent.mtimeNs));
  }
}

function makeEntry(path: string, [, type, target]: InitEntry): void {
  if (type === 'directory') mkdirSync(path, 0o755);
  else if (type === 'link') symlinkSync(target!, path);
  else writeFileSync(path, '', { mode: 0o755, flag: 'wx' });
}
