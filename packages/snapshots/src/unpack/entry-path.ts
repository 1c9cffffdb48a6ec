import { type ByteString, toText } from '@berth/tar/byte-string.ts';
import { jobError } from '../worker/job-error.ts';

/** Longest path that the kernel takes in one call, without the closing NUL. */
const pathLimit = 4095;
const nameLimit = 255;

const whiteoutPrefix = '.wh.';
const opaqueMarker = '.wh..wh..opq';
const auxiliaryPrefix = '.wh..wh.';

export type Whiteout =
  /** Hides `name` of the layers below. */
  | { readonly type: 'name'; readonly name: ByteString }
  /** Hides everything that the layers below have in the directory. */
  | { readonly type: 'opaque' }
  /** Bookkeeping of aufs without meaning elsewhere. */
  | { readonly type: 'auxiliary' };

/**
 * The path of an entry below the target directory, without leading or trailing slash; empty for the
 * directory itself. Cleaned lexically, absolute names are taken as relative to the target. Fails with
 * snapshots.unsafe-entry when `..` leads out or the kernel could not address the path.
 */
export function cleanEntryPath(name: ByteString, entry: ByteString = name): ByteString {
  if (isCleanPath(name)) return checkedLength(name, entry);
  const parts: ByteString[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw unsafeEntry(entry, 'it lies outside of the archive');
  }
  return checkedLength(parts.join('/'), entry);
}

export function parentOf(path: ByteString): ByteString {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function childPath(parent: ByteString, name: ByteString): ByteString {
  return parent === '' ? name : `${parent}/${name}`;
}

export function baseOf(path: ByteString): ByteString {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What `path` hides when it follows the whiteout convention of the image specification (layer.md). */
export function whiteoutOf(path: ByteString): Whiteout | undefined {
  if (!path.includes(whiteoutPrefix)) return undefined;
  const base = baseOf(path);
  const parents = parentOf(path).split('/');
  if (parents.some((part) => part.startsWith(auxiliaryPrefix))) return { type: 'auxiliary' };
  if (parents.some((part) => part.startsWith(whiteoutPrefix))) {
    throw unsafeEntry(path, 'a whiteout is used as a directory');
  }
  if (!base.startsWith(whiteoutPrefix)) return undefined;
  if (base === opaqueMarker) return { type: 'opaque' };
  if (base.startsWith(auxiliaryPrefix)) return { type: 'auxiliary' };
  const name = base.slice(whiteoutPrefix.length);
  if (name === '' || name === '.' || name === '..') {
    throw unsafeEntry(path, 'the whiteout names no file of its directory');
  }
  return { type: 'name', name };
}

export function unsafeEntry(entry: ByteString, reason: string, cause?: unknown) {
  const text = toText(entry);
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return jobError('snapshots.unsafe-entry', { entry: shown, reason }, cause);
}

function isCleanPath(name: ByteString): boolean {
  if (name === '' || name.startsWith('/') || name.endsWith('/')) return false;
  return !(name.startsWith('.') || name.includes('/.') || name.includes('//'));
}

function checkedLength(path: ByteString, entry: ByteString): ByteString {
  if (path.length > pathLimit) throw unsafeEntry(entry, 'file name too long');
  if (path.length > nameLimit && path.split('/').some((part) => part.length > nameLimit)) {
    throw unsafeEntry(entry, 'file name too long');
  }
  return path;
}
