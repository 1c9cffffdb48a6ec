import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { type ByteString, fromText } from '@berth/tar/byte-string.ts';
import { noXattrs, type TarEntry } from '@berth/tar/tar-entry.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';

const billion = 1_000_000_000n;

/** A tar of a file or folder of this machine, under the name `name`. Links stay links, sockets are left out. */
export async function* packLocal(file: string, name: string): AsyncGenerator<Uint8Array> {
  yield* packNode(file, fromText(name), new Map());
  yield endOfArchive;
}

async function* packNode(
  file: string,
  name: ByteString,
  linked: Map<string, ByteString>,
): AsyncGenerator<Uint8Array> {
  const stat = await lstat(file, { bigint: true });
  const entry = entryOf(stat, name);
  if (stat.isDirectory()) {
    yield encodeEntry({ ...entry, type: 'directory', name: `${name}/` });
    for (const child of (await readdir(file)).sort()) {
      yield* packNode(path.join(file, child), `${name}/${fromText(child)}`, linked);
    }
    return;
  }
  const key = `${stat.dev}:${stat.ino}`;
  const first = linked.get(key);
  if (first !== undefined) {
    yield encodeEntry({ ...entry, type: 'hard-link', linkName: first });
    return;
  }
  if (stat.nlink > 1n) linked.set(key, name);
  if (stat.isFile()) yield* packFile(file, { ...entry, size: Number(stat.size) });
  else if (stat.isSymbolicLink()) {
    const linkName = fromText(await readlink(file));
    yield encodeEntry({ ...entry, type: 'symlink', linkName });
  } else if (stat.isFIFO()) yield encodeEntry({ ...entry, type: 'fifo' });
  else if (!stat.isSocket()) {
    const type = stat.isBlockDevice() ? 'block' : 'char';
    yield encodeEntry({ ...entry, type, ...deviceOf(stat.rdev) });
  }
}

/** A file that shrinks meanwhile is filled up with zeros to the length that its header says. */
async function* packFile(file: string, entry: TarEntry): AsyncGenerator<Uint8Array> {
  yield encodeEntry(entry);
  let left = entry.size;
  if (left > 0) {
    for await (const chunk of createReadStream(file, { end: left - 1, highWaterMark: 1 << 18 })) {
      left -= (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  for (; left > 0; left -= Math.min(left, 1 << 16)) yield Buffer.alloc(Math.min(left, 1 << 16));
  yield Buffer.alloc(paddingAfter(entry));
}

function entryOf(stat: BigIntStats, name: ByteString): TarEntry {
  return {
    type: 'file',
    name,
    linkName: '',
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: 0,
    mtime: [Number(stat.mtimeNs / billion), Number(stat.mtimeNs % billion)],
    atime: undefined,
    major: 0,
    minor: 0,
    xattrs: noXattrs,
    extents: undefined,
  };
}

/** makedev(3) of Linux, taken apart. */
function deviceOf(device: bigint): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  };
}
