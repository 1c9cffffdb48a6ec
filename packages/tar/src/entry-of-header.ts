import type { ByteString } from './byte-string.ts';
import { blockSize, type HeaderBlock } from './header-block.ts';
import { type PaxRecords, parsePaxInteger, parsePaxTime, xattrOf } from './pax-records.ts';
import { checkedExtents, type Extent, parsePaxExtents } from './sparse-map.ts';
import { noXattrs, type TarEntry, type TarEntryType, type Timestamp } from './tar-entry.ts';
import { TarFormatError } from './tar-format-error.ts';

/** What precedes a member's own header and changes its meaning. */
export interface ExtensionHeaders {
  readonly pax?: PaxRecords;
  readonly longName?: ByteString;
  readonly longLink?: ByteString;
}

export const noExtensions: ExtensionHeaders = {};

/** The sparse map of a member as far as it stands outside of the data, and the file's true size. */
export interface SparseHeader {
  readonly extents: readonly Extent[];
  readonly fileSize: number;
}

const typesByFlag: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hard-link',
  '2': 'symlink',
  '3': 'char',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

/** Members that describe the archive rather than a file: GNU volume label, directory listing, old long names. */
const skippedFlags = new Set(['V', 'D', 'N']);

/** Bytes that follow the header in the archive. */
export function storedSizeOf(header: HeaderBlock, extensions: ExtensionHeaders): number {
  const type = typesByFlag[header.typeFlag];
  if (type !== undefined && type !== 'file') return 0;
  let size = header.size;
  for (const [key, value] of extensions.pax ?? []) {
    if (key === 'size' && value !== '') size = parsePaxInteger(key, value);
  }
  if (size < 0) throw new TarFormatError('negative size in header');
  return size;
}

/** True for sparse format 1.0, whose map precedes the data. */
export function hasMapInData(header: HeaderBlock, extensions: ExtensionHeaders): boolean {
  if (typesByFlag[header.typeFlag] !== 'file' || header.typeFlag === 'S') return false;
  const values = new Map(extensions.pax);
  return values.get('GNU.sparse.major') === '1' && values.get('GNU.sparse.minor') === '0';
}

/** Unites the header with its extensions. Undefined for members that are no files. */
export function tarEntryOf(
  header: HeaderBlock,
  extensions: ExtensionHeaders,
  stored: number,
  sparse: SparseHeader | undefined,
): TarEntry | undefined {
  const type = typeOf(header);
  if (type === undefined) return undefined;
  const plain: MutableEntry = {
    type,
    name: header.name,
    linkName: header.linkName,
    mode: header.mode & 0o7777,
    uid: header.uid,
    gid: header.gid,
    size: stored,
    mtime: [header.mtime, 0],
    atime: undefined,
    major: header.major,
    minor: header.minor,
    xattrs: noXattrs,
    extents: undefined,
  };
  if (extensions.pax !== undefined) applyPax(plain, extensions.pax);
  if (extensions.longName !== undefined) plain.name = extensions.longName;
  if (extensions.longLink !== undefined) plain.linkName = extensions.longLink;
  if (type !== 'file') return plain;
  plain.size = stored;
  const map = sparse ?? paxSparseHeader(extensions.pax, stored);
  if (map !== undefined) {
    plain.size = map.fileSize;
    plain.extents = checkedExtents(map.extents, map.fileSize, stored);
  }
  return plain;
}

type MutableEntry = { -readonly [Key in keyof TarEntry]: TarEntry[Key] };

function typeOf(header: HeaderBlock): TarEntryType | undefined {
  const type = typesByFlag[header.typeFlag];
  if (type === undefined && !skippedFlags.has(header.typeFlag)) {
    throw new TarFormatError(`member type ${JSON.stringify(header.typeFlag)} is not supported`);
  }
  // Archives older than ustar mark directories by a slash at the end of the name.
  return header.typeFlag === '\0' && header.name.endsWith('/') ? 'directory' : type;
}

function applyPax(entry: MutableEntry, records: PaxRecords): void {
  let xattrs: Map<string, Buffer> | undefined;
  for (const [key, value] of records) {
    const xattr = xattrOf(key, value);
    if (xattr !== undefined) {
      xattrs ??= new Map();
      xattrs.set(xattr[0], xattr[1]);
    } else if (value !== '') applyRecord(entry, key, value);
  }
  if (xattrs !== undefined) entry.xattrs = xattrs;
}

function applyRecord(entry: MutableEntry, key: string, value: ByteString): void {
  switch (key) {
    case 'path':
    case 'GNU.sparse.name':
      entry.name = value;
      break;
    case 'linkpath':
      entry.linkName = value;
      break;
    case 'uid':
    case 'gid':
      entry[key] = parsePaxInteger(key, value);
      break;
    case 'mtime':
    case 'atime':
      entry[key] = parsePaxTime(key, value) satisfies Timestamp;
      break;
  }
}

/** Sparse formats 0.0 and 0.1, whose map stands in the records. */
function paxSparseHeader(
  records: PaxRecords | undefined,
  stored: number,
): SparseHeader | undefined {
  if (records === undefined) return undefined;
  if (!records.some(([key]) => key === 'GNU.sparse.map' || key === 'GNU.sparse.offset')) {
    return undefined;
  }
  return { extents: parsePaxExtents(records), fileSize: paxFileSize(records) ?? stored };
}

/** The true size that PAX records give for a sparse file. */
export function paxFileSize(records: PaxRecords): number | undefined {
  let size: number | undefined;
  for (const [key, value] of records) {
    if (key === 'GNU.sparse.size' || key === 'GNU.sparse.realsize') {
      size = parsePaxInteger(key, value);
    }
  }
  if (size !== undefined && size < 0) throw new TarFormatError('negative size in header');
  return size;
}

/** Zero bytes after data of the given length. */
export function paddingOf(size: number): number {
  const rest = size % blockSize;
  return rest === 0 ? 0 : blockSize - rest;
}
