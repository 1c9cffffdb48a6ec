import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const gunzipAsync = promisify(gunzip);
const gzipAsync = promisify(gzip);

/**
 * A gzip file (RFC 1952) that can be read from any place. The content is cut into blocks of the same size, each a gzip
 * member of its own; an empty member at the end has an index of them in its extra field. Tools such as zcat read it as
 * any other gzip file.
 *
 *     extra field: 'B' 'L', length (16 bits), then, all little-endian:
 *       block size (32), content size (64), inode (64), time of last change in ns (64), number of blocks (32),
 *       compressed size of each block (32 each), size of this member (32)
 *
 * Inode, size and time are those of the file that was compressed: whoever has it open finds it again.
 */
export interface BlockIndex {
  readonly origin: FileIdentity;
  readonly blockSize: number;
  /** Where each block begins in the compressed file, and the end of the last. */
  readonly offsets: readonly number[];
}

/** What tells one state of one file from all others. */
export interface FileIdentity {
  readonly inode: bigint;
  readonly size: number;
  readonly modifiedNs: bigint;
}

const smallestBlock = 256 * 1024;
const fixedLength = 36;
/** Of an extra field's sub-field. */
const longestIndex = 65_531;
const mostBlocks = Math.floor((longestIndex - fixedLength) / 4);
/** Magic, deflate, FEXTRA, no time, unknown system. */
const memberHead = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff]);
/** An empty deflate block, CRC and size of nothing. */
const memberTail = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Fast, and within a few percent of the best for logs. */
const level = 3;

/**
 * Writes the content of a file that does not change any more. `pause` is awaited between blocks; what it rejects with
 * ends the work. Reading, compressing and writing run off the main thread.
 */
export async function writeBlockGzip(
  from: FileHandle,
  to: FileHandle,
  pause: () => Promise<void>,
): Promise<FileIdentity> {
  const { ino, size, mtimeNs } = await from.stat({ bigint: true });
  const origin = { inode: ino, size: Number(size), modifiedNs: mtimeNs };
  const blockSize =
    smallestBlock * Math.max(1, Math.ceil(origin.size / smallestBlock / mostBlocks));
  const lengths: number[] = [];
  const block = Buffer.allocUnsafe(blockSize);
  for (let offset = 0; offset < origin.size; offset += blockSize) {
    const { bytesRead } = await from.read(
      block,
      0,
      Math.min(blockSize, origin.size - offset),
      offset,
    );
    const packed = await gzipAsync(block.subarray(0, bytesRead), { level });
    await to.writeFile(packed);
    lengths.push(packed.length);
    await pause();
  }
  await to.writeFile(indexMember(origin, blockSize, lengths));
  return origin;
}

function indexMember(origin: FileIdentity, blockSize: number, lengths: readonly number[]): Buffer {
  const length = fixedLength + 4 * lengths.length;
  const field = Buffer.alloc(2 + 4 + length);
  field.writeUInt16LE(4 + length, 0);
  field.write('BL', 2, 'latin1');
  field.writeUInt16LE(length, 4);
  field.writeUInt32LE(blockSize, 6);
  field.writeBigUInt64LE(BigInt(origin.size), 10);
  field.writeBigUInt64LE(origin.inode, 18);
  field.writeBigUInt64LE(origin.modifiedNs, 26);
  field.writeUInt32LE(lengths.length, 34);
  for (const [index, packed] of lengths.entries()) field.writeUInt32LE(packed, 38 + 4 * index);
  field.writeUInt32LE(memberHead.length + field.length + memberTail.length, field.length - 4);
  return Buffer.concat([memberHead, field, memberTail]);
}

/** The index at the end; undefined for a file that is not of this kind, or cut off. */
export async function readBlockIndex(handle: FileHandle): Promise<BlockIndex | undefined> {
  const { size } = await handle.stat();
  const end = await bytesAt(handle, Math.max(0, size - memberTail.length - 4), 4);
  const length = end.length === 4 ? end.readUInt32LE(0) : 0;
  if (length < memberHead.length + 6 + fixedLength || length > size || length > 66_000) {
    return undefined;
  }
  const member = await bytesAt(handle, size - length, length);
  const field = member.subarray(memberHead.length);
  if (member.length !== length || !member.subarray(0, 4).equals(memberHead.subarray(0, 4))) {
    return undefined;
  }
  const count = field.readUInt32LE(34);
  if (
    field.toString('latin1', 2, 4) !== 'BL' ||
    field.readUInt16LE(4) !== fixedLength + 4 * count
  ) {
    return undefined;
  }
  const offsets = [0];
  for (let index = 0; index < count; index++) {
    offsets.push((offsets.at(-1) ?? 0) + field.readUInt32LE(38 + 4 * index));
  }
  const blockSize = field.readUInt32LE(6);
  const content = Number(field.readBigUInt64LE(10));
  if (offsets.at(-1) !== size - length || Math.ceil(content / blockSize) !== count)
    return undefined;
  const origin = {
    inode: field.readBigUInt64LE(18),
    size: content,
    modifiedNs: field.readBigUInt64LE(26),
  };
  return { origin, blockSize, offsets };
}

async function bytesAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** Reads the content; the block that was read last is kept. */
export class BlockReader {
  readonly index: BlockIndex;
  readonly #handle: FileHandle;
  #kept: { readonly number: number; readonly content: Buffer } | undefined;

  constructor(handle: FileHandle, index: BlockIndex) {
    this.#handle = handle;
    this.index = index;
  }

  /** Up to `length` bytes; less only at the end. A damaged block reads as empty lines. */
  async read(offset: number, length: number): Promise<Buffer> {
    const { blockSize, origin } = this.index;
    const parts: Buffer[] = [];
    const end = Math.min(offset + length, origin.size);
    for (let at = offset; at < end; ) {
      const number = Math.floor(at / blockSize);
      const content = await this.#block(number);
      const begin = at - number * blockSize;
      const part = content.subarray(begin, Math.min(blockSize, begin + end - at));
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  }

  async #block(number: number): Promise<Buffer> {
    if (this.#kept?.number === number) return this.#kept.content;
    const { offsets, blockSize, origin } = this.index;
    const begin = offsets[number] ?? 0;
    const packed = await bytesAt(this.#handle, begin, (offsets[number + 1] ?? begin) - begin);
    const size = Math.min(blockSize, origin.size - number * blockSize);
    const unpacked = await gunzipAsync(packed, { maxOutputLength: size }).catch(() => undefined);
    const content = unpacked?.length === size ? unpacked : Buffer.alloc(size, '\n');
    this.#kept = { number, content };
    return content;
  }
}

/** Opens a new file for the compressed form, whatever was there before. */
export async function openForWriting(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  return await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o640);
}
