import type { ByteString } from './byte-string.ts';
import { paddingOf } from './entry-of-header.ts';
import { blockSize } from './header-block.ts';
import { octalLimit, writeOctal } from './numeric-field.ts';
import { formatPaxRecord, formatPaxTime } from './pax-records.ts';
import type { Extent } from './sparse-map.ts';
import type { TarEntry, TarEntryType } from './tar-entry.ts';

const flags: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  'hard-link': '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/**
 * The header of an entry: ustar, with a PAX extended header before it for what ustar cannot say (long or
 * large values, sub-second times, extended attributes). The same entry always gives the same bytes.
 * For a file, `entry.size` bytes and `paddingAfter(entry)` zeros follow; for a sparse file
 * (PAX format 1.0) the returned bytes include the map, and the extents' bytes and padding follow.
 */
export function encodeEntry(entry: TarEntry): Buffer {
  const records = paxRecordsOf(entry);
  const map = entry.extents === undefined ? undefined : encodeSparseMap(entry.extents, entry.size);
  const stored = storedSize(entry, map);
  if (stored > octalLimit(12)) records.push(formatPaxRecord('size', String(stored)));
  const name = map === undefined ? entry.name : `GNUSparseFile.0/${lastPart(entry.name)}`;
  const header = encodeHeader(entry, name, flags[entry.type], stored);
  const parts = records.length === 0 ? [header] : [...encodePax(entry.name, records), header];
  return Buffer.concat(map === undefined ? parts : [...parts, map]);
}

/** Zeros after the data of a file. */
export function paddingAfter(entry: TarEntry): number {
  if (entry.extents === undefined) return paddingOf(entry.size);
  return paddingOf(entry.extents.reduce((sum, [, length]) => sum + length, 0));
}

/** The two zero blocks that end an archive. */
export const endOfArchive: Uint8Array = new Uint8Array(2 * blockSize);

function storedSize(entry: TarEntry, map: Buffer | undefined): number {
  if (entry.type !== 'file') return 0;
  if (map === undefined) return entry.size;
  return entry.extents!.reduce((sum, [, length]) => sum + length, map.length);
}

function paxRecordsOf(entry: TarEntry): ByteString[] {
  const records: ByteString[] = [];
  const add = (key: string, value: ByteString) => records.push(formatPaxRecord(key, value));
  if (entry.extents !== undefined) {
    add('GNU.sparse.major', '1');
    add('GNU.sparse.minor', '0');
    add('GNU.sparse.name', entry.name);
    add('GNU.sparse.realsize', String(entry.size));
  } else if (splitName(entry.name) === undefined) {
    add('path', entry.name);
  }
  if (entry.linkName.length > 100) add('linkpath', entry.linkName);
  if (entry.uid > octalLimit(8)) add('uid', String(entry.uid));
  if (entry.gid > octalLimit(8)) add('gid', String(entry.gid));
  const [seconds, nanoseconds] = entry.mtime;
  if (nanoseconds !== 0 || seconds < 0 || seconds > octalLimit(12)) {
    add('mtime', formatPaxTime(entry.mtime));
  }
  if (entry.atime !== undefined) add('atime', formatPaxTime(entry.atime));
  for (const name of [...entry.xattrs.keys()].sort()) {
    add(`SCHILY.xattr.${name}`, entry.xattrs.get(name)!.toString('latin1'));
  }
  return records;
}

function encodePax(name: ByteString, records: readonly ByteString[]): Buffer[] {
  const payload = Buffer.from(records.join(''), 'latin1');
  const header = Buffer.alloc(blockSize);
  header.write(`PaxHeaders.0/${lastPart(name)}`, 0, 100, 'latin1');
  writeOctal(header, 100, 8, 0o644);
  writeCommon(header, 'x', payload.length, 0);
  return [header, payload, Buffer.alloc(paddingOf(payload.length))];
}

function encodeHeader(entry: TarEntry, name: ByteString, flag: string, stored: number): Buffer {
  const header = Buffer.alloc(blockSize);
  const [prefix, rest] = splitName(name) ?? ['', name.slice(0, 100)];
  header.write(rest, 0, 100, 'latin1');
  writeOctal(header, 100, 8, entry.mode);
  writeOctal(header, 108, 8, entry.uid > octalLimit(8) ? 0 : entry.uid);
  writeOctal(header, 116, 8, entry.gid > octalLimit(8) ? 0 : entry.gid);
  header.write(entry.linkName, 157, 100, 'latin1');
  writeOctal(header, 329, 8, entry.major);
  writeOctal(header, 337, 8, entry.minor);
  header.write(prefix, 345, 155, 'latin1');
  const seconds = entry.mtime[0];
  writeCommon(
    header,
    flag,
    stored > octalLimit(12) ? 0 : stored,
    seconds < 0 || seconds > octalLimit(12) ? 0 : seconds,
  );
  return header;
}

/** Size, time, type, magic and, last, the checksum over everything. */
function writeCommon(header: Buffer, flag: string, size: number, mtime: number): void {
  if (header[108] === 0) writeOctal(header, 108, 8, 0);
  if (header[116] === 0) writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, size);
  writeOctal(header, 136, 12, mtime);
  header.write(flag, 156, 1, 'latin1');
  header.write('ustar\x0000', 257, 8, 'latin1');
  header.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
}

/** Prefix (155 bytes) and name (100 bytes) of ustar; undefined when the name does not split. */
function splitName(name: ByteString): [prefix: ByteString, rest: ByteString] | undefined {
  if (name.length <= 100) return ['', name];
  if (name.length > 256) return undefined;
  const slash = name.lastIndexOf('/', Math.min(155, name.length - 2));
  if (slash <= 0 || name.length - slash - 1 > 100) return undefined;
  return [name.slice(0, slash), name.slice(slash + 1)];
}

function lastPart(name: ByteString): ByteString {
  const bare = name.endsWith('/') ? name.slice(0, -1) : name;
  return bare.slice(bare.lastIndexOf('/') + 1).slice(0, 80);
}

/** Count, then offset and length of each extent. GNU tar takes the size of the file from the last one. */
function encodeSparseMap(extents: readonly Extent[], size: number): Buffer {
  const last = extents.at(-1);
  const reachesEnd = last !== undefined && last[0] + last[1] === size;
  const all = reachesEnd ? extents : [...extents, [size, 0]];
  const numbers = [all.length, ...all.flat()];
  const text = Buffer.from(`${numbers.join('\n')}\n`, 'latin1');
  return Buffer.concat([text, Buffer.alloc(paddingOf(text.length))]);
}
