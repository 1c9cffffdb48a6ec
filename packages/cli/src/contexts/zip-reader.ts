import { crc32, inflateRawSync } from 'node:zlib';

/** A file of a zip archive. */
export interface ZipMember {
  readonly name: string;
  readonly isFile: boolean;
  readonly content: Buffer;
}

/** Why an archive cannot be read. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const longestComment = 0xffff;

/**
 * Reads a zip archive (APPNOTE.TXT: stored and deflated members, no encryption, no ZIP64) that anybody may have made.
 * `limit` bounds the bytes of all members together. Throws ZipError.
 */
export function readZip(data: Buffer, limit: number): ZipMember[] {
  const { count, start } = endOf(data);
  const members: ZipMember[] = [];
  let [at, left] = [start, limit];
  for (let number = 0; number < count; number++) {
    if (at + 46 > data.length || data.readUInt32LE(at) !== entrySignature) {
      throw new ZipError('its directory is damaged');
    }
    const member = memberAt(data, at, left);
    left -= member.content.length;
    members.push(member);
    at += 46 + data.readUInt16LE(at + 28) + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return members;
}

/** The last record of the archive: how many members there are and where their directory starts. */
function endOf(data: Buffer): { readonly count: number; readonly start: number } {
  const first = Math.max(0, data.length - endLength - longestComment);
  for (let at = data.length - endLength; at >= first; at--) {
    if (data.readUInt32LE(at) !== endSignature) continue;
    return { count: data.readUInt16LE(at + 10), start: data.readUInt32LE(at + 16) };
  }
  throw new ZipError('it has no end');
}

function memberAt(data: Buffer, at: number, limit: number): ZipMember {
  const flags = data.readUInt16LE(at + 8);
  const method = data.readUInt16LE(at + 10);
  const sum = data.readUInt32LE(at + 16);
  const [packed, size] = [data.readUInt32LE(at + 20), data.readUInt32LE(at + 24)];
  const name = data.toString('utf8', at + 46, at + 46 + data.readUInt16LE(at + 28));
  // The upper half are the mode bits of Unix: 0 where another system made it, 0o100000 for a regular file.
  const type = (data.readUInt32LE(at + 38) >>> 16) & 0o170000;
  if ((flags & 1) !== 0) throw new ZipError(`${JSON.stringify(name)} is encrypted`);
  if (size > limit) throw new ZipError('its files are too large');
  const body = bodyAt(data, data.readUInt32LE(at + 42), packed, name);
  const content = unpack(body, method, size, name);
  if (content.length !== size || crc32(content) !== sum) {
    throw new ZipError(`${JSON.stringify(name)} is damaged`);
  }
  return { name, isFile: !name.endsWith('/') && (type === 0 || type === 0o100000), content };
}

function bodyAt(data: Buffer, at: number, length: number, name: string): Buffer {
  if (at + 30 > data.length || data.readUInt32LE(at) !== localSignature) {
    throw new ZipError(`${JSON.stringify(name)} is not where it should be`);
  }
  const start = at + 30 + data.readUInt16LE(at + 26) + data.readUInt16LE(at + 28);
  if (start + length > data.length) throw new ZipError(`${JSON.stringify(name)} is cut off`);
  return data.subarray(start, start + length);
}

function unpack(body: Buffer, method: number, size: number, name: string): Buffer {
  if (method === 0) return body;
  if (method !== 8) {
    throw new ZipError(
      `${JSON.stringify(name)} is compressed in a way that is not known (${method})`,
    );
  }
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw new ZipError(`${JSON.stringify(name)} is damaged`);
  }
}
