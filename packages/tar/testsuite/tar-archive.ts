import { paddingOf } from '@berth/tar/entry-of-header.ts';
import { writeOctal } from '@berth/tar/numeric-field.ts';
import { formatPaxRecord } from '@berth/tar/pax-records.ts';
import { noXattrs, type TarEntry } from '@berth/tar/tar-entry.ts';
import { encodeEntry, endOfArchive } from '@berth/tar/tar-writer.ts';

/** An entry of a test archive. Everything but the name has a default. */
export interface Member extends Partial<Omit<TarEntry, 'xattrs' | 'size' | 'extents'>> {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly xattrs?: Readonly<Record<string, string>>;
}

/** Fields of a header that well-behaved writers would not make. */
export interface RawHeader {
  readonly name?: string;
  readonly typeFlag?: string;
  readonly size?: number;
  readonly linkName?: string;
  readonly magic?: string;
  readonly mode?: number;
  /** Bytes put in place after the regular fields, before the checksum. */
  readonly patches?: Readonly<Record<number, string | Buffer>>;
}

/** A whole archive. Buffers among the parts are taken as they are. */
export function tarOf(parts: readonly (Member | Buffer)[]): Buffer {
  return Buffer.concat([...parts.map(bytesOf), endOfArchive]);
}

/** A directory member. */
export function directory(name: string, more: Omit<Member, 'name'> = {}): Member {
  return { mode: 0o755, ...more, name: `${name}/`, type: 'directory' };
}

export function symlink(name: string, linkName: string): Member {
  return { name, type: 'symlink', linkName, mode: 0o777 };
}

export function hardLink(name: string, linkName: string): Member {
  return { name, type: 'hard-link', linkName };
}

/** Header and padded data, with a right checksum whatever the fields say. */
export function rawMember(header: RawHeader, data: string | Buffer = ''): Buffer {
  const block = Buffer.alloc(512);
  const payload = Buffer.from(data as string, 'latin1');
  block.write(header.name ?? 'file', 0, 100, 'latin1');
  writeOctal(block, 100, 8, header.mode ?? 0o644);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeOctal(block, 124, 12, header.size ?? payload.length);
  writeOctal(block, 136, 12, 0);
  block.write(header.typeFlag ?? '0', 156, 1, 'latin1');
  block.write(header.linkName ?? '', 157, 100, 'latin1');
  block.write(header.magic ?? 'ustar\x0000', 257, 8, 'latin1');
  for (const [at, patch] of Object.entries(header.patches ?? {})) {
    Buffer.from(patch as string, 'latin1').copy(block, Number(at));
  }
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return Buffer.concat([block, payload, Buffer.alloc(paddingOf(payload.length))]);
}

/** A PAX extended header with the given records. */
export function paxHeader(records: readonly (readonly [string, string])[], typeFlag = 'x'): Buffer {
  const payload = records.map(([key, value]) => formatPaxRecord(key, value)).join('');
  return rawMember({ name: 'PaxHeaders/x', typeFlag }, payload);
}

export const gnuMagic = 'ustar  \0';

function bytesOf(part: Member | Buffer): Buffer {
  if (Buffer.isBuffer(part)) return part;
  const { content = '', xattrs, ...fields } = part;
  const isFile = fields.type === undefined || fields.type === 'file';
  const data = Buffer.from(isFile ? (content as string) : '');
  const entry: TarEntry = {
    type: 'file',
    linkName: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: [1_600_000_000, 0],
    atime: undefined,
    major: 0,
    minor: 0,
    extents: undefined,
    ...fields,
    size: data.length,
    xattrs: xattrs === undefined ? noXattrs : xattrMap(xattrs),
  };
  return Buffer.concat([encodeEntry(entry), data, Buffer.alloc(paddingOf(data.length))]);
}

function xattrMap(xattrs: Readonly<Record<string, string>>): Map<string, Buffer> {
  return new Map(
    Object.entries(xattrs).map(([name, value]) => [name, Buffer.from(value, 'latin1')]),
  );
}
