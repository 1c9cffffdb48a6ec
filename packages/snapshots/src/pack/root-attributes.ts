import { statSync } from 'node:fs';
import type { Files } from '@berth/kernel';
import { noXattrs, type TarEntry } from '@berth/tar/tar-entry.ts';
import { portableXattrs } from '../tree/xattr-copy.ts';

/** What a layer's root entry can tell. */
export type RootAttributes = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'xattrs'>;

/** The attributes that every unpacker gives a root which the archive does not name. */
const plainRoot: RootAttributes = { mode: 0o755, uid: 0, gid: 0, xattrs: noXattrs };

/** Those of `directory`, or the usual ones. */
export function rootAttributes(files: Files, directory: string | undefined): RootAttributes {
  if (directory === undefined) return plainRoot;
  const { mode, uid, gid } = statSync(directory);
  return { mode: mode & 0o7777, uid, gid, xattrs: portableXattrs(files, directory) };
}

export function hasAttributes(root: TarEntry, wanted: RootAttributes): boolean {
  return (
    root.mode === wanted.mode &&
    root.uid === wanted.uid &&
    root.gid === wanted.gid &&
    sameXattrs(root.xattrs, wanted.xattrs)
  );
}

export function sameXattrs(
  one: ReadonlyMap<string, Buffer>,
  other: ReadonlyMap<string, Buffer>,
): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([name, value]) => other.get(name)?.equals(value) === true);
}
