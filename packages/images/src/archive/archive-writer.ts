import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ContentStore } from '@berth/content';
import { engineError } from '@berth/errors';
import { algorithmOf, type Descriptor } from '@berth/oci';
import { noXattrs, type TarEntry } from '@berth/tar/tar-entry.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';
import { blobName } from './archive-members.ts';

/** A member to write: a document in memory, or a blob of the store. */
export type OutgoingMember =
  | { readonly name: string; readonly data: Buffer }
  | { readonly name: string; readonly blob: Descriptor };

export function blobMember(blob: Descriptor): OutgoingMember {
  return { name: blobName(blob.digest), blob };
}

/** A tar of the members, folders first. The same members always give the same bytes. */
export function writeArchive(
  content: ContentStore,
  members: readonly OutgoingMember[],
  signal?: AbortSignal,
): Readable {
  const stream = Readable.from(archiveChunks(content, members), { objectMode: false });
  if (signal !== undefined) {
    const abort = () => stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  }
  return stream;
}

async function* archiveChunks(
  content: ContentStore,
  members: readonly OutgoingMember[],
): AsyncGenerator<Uint8Array> {
  for (const folder of foldersOf(members)) yield encodeEntry(tarEntry(folder, 'directory', 0));
  for (const member of members) {
    const size = 'data' in member ? member.data.length : member.blob.size;
    const entry = tarEntry(member.name, 'file', size);
    yield encodeEntry(entry);
    if ('data' in member) yield member.data;
    else yield* blobChunks(content, member.blob);
    const padding = paddingAfter(entry);
    if (padding > 0) yield Buffer.alloc(padding);
  }
  yield endOfArchive;
}

/** The bytes of a blob, checked: an archive with wrong ones ends without its last part. */
async function* blobChunks(content: ContentStore, blob: Descriptor): AsyncGenerator<Buffer> {
  let length = 0;
  const algorithm = algorithmOf(blob.digest);
  const hash = createHash(algorithm);
  for await (const chunk of (await content.read(blob.digest)) as AsyncIterable<Buffer>) {
    length += chunk.length;
    hash.update(chunk);
    yield chunk;
  }
  const actual = `${algorithm}:${hash.digest('hex')}`;
  if (length === blob.size && actual === blob.digest) return;
  const path = await content.path(blob.digest);
  throw engineError('content.corrupt', { digest: blob.digest, actual, path });
}

function foldersOf(members: readonly OutgoingMember[]): string[] {
  const folders = new Set<string>();
  for (const { name } of members) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      folders.add(name.slice(0, at + 1));
    }
  }
  return [...folders].sort();
}

function tarEntry(name: string, type: 'file' | 'directory', size: number): TarEntry {
  return {
    type,
    name,
    linkName: '',
    mode: type === 'file' ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    size,
    mtime: [0, 0],
    atime: undefined,
    major: 0,
    minor: 0,
    xattrs: noXattrs,
    extents: undefined,
  };
}
