import { fromText, toText } from '@berth/tar/byte-string.ts';
import { noXattrs, type TarEntry, type TarEntryType } from '@berth/tar/tar-entry.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';
import { CommandError } from '../usage-error.ts';
import { parseStoredContext, type StoredContext, type TlsMaterial } from './context-store.ts';

/** A context as a file: `meta.json` and `tls/ENDPOINT/FILE` in a tar, as Docker's client writes it. */
export interface ContextArchive {
  readonly context: StoredContext;
  readonly tls: TlsMaterial;
}

/** Bytes that an archive may have, and one file of it: Docker's limit. */
export const maxArchiveBytes = 10 * 1024 * 1024;

/** The archive of a context; the same context gives the same bytes. */
export function writeContextArchive({ context, tls }: ContextArchive): Buffer {
  const parts = [
    ...file('meta.json', 0o644, Buffer.from(JSON.stringify(context))),
    folder('tls'),
    ...Object.entries(tls).flatMap(([endpoint, files]) => [
      folder(`tls/${endpoint}`),
      ...Object.entries(files).flatMap(([name, data]) =>
        file(`tls/${endpoint}/${name}`, 0o600, data),
      ),
    ]),
    Buffer.from(endOfArchive),
  ];
  return Buffer.concat(parts);
}

function folder(name: string): Buffer {
  return encodeEntry(member('directory', `${name}/`, 0o700, 0));
}

function file(name: string, mode: number, data: Buffer): Buffer[] {
  const entry = member('file', name, mode, data.length);
  return [encodeEntry(entry), data, Buffer.alloc(paddingAfter(entry))];
}

function member(type: TarEntryType, name: string, mode: number, size: number): TarEntry {
  return {
    ...{ type, name: fromText(name), linkName: '', mode, uid: 0, gid: 0, size },
    ...{ mtime: [0, 0], atime: undefined, major: 0, minor: 0 },
    ...{ xattrs: noXattrs, extents: undefined },
  };
}

/** Reads an archive of anybody: only the files that belong there are taken. Throws CommandError. */
export function readContextArchive(data: Buffer): ContextArchive {
  if (data[0] === 0x50 && data[1] === 0x4b) {
    throw new CommandError(
      'importing a context from a zip file is not implemented; unpack it and make a tar of it',
    );
  }
  const tls: Record<string, Record<string, Buffer>> = {};
  let context: StoredContext | undefined;
  for (const { entry, content } of entriesOf(data)) {
    if (entry.type === 'directory') continue;
    const name = toText(entry.name).replace(/^\.\//, '');
    const [, endpoint, file] = /^tls\/([a-zA-Z0-9_.-]+)\/([a-zA-Z0-9_.-]+)$/.exec(name) ?? [];
    if (name === 'meta.json') context = metadata(content);
    else if (entry.type !== 'file' || !isPlain(endpoint) || !isPlain(file)) throw unsafe(name);
    else tls[endpoint] = { ...tls[endpoint], [file]: content };
  }
  if (context === undefined) throw new CommandError('invalid context: no metadata found');
  return { context, tls };
}

interface Member {
  readonly entry: TarEntry;
  readonly content: Buffer;
}

function entriesOf(data: Buffer): Member[] {
  const members: Member[] = [];
  let current: TarEntry | undefined;
  let chunks: Buffer[] = [];
  const reader = new TarReader({
    entry: (entry) => {
      current = entry;
      chunks = [];
    },
    data: (chunk, start, length) => chunks.push(chunk.subarray(start, start + length)),
    entryEnd: () => {
      if (current !== undefined) members.push({ entry: current, content: Buffer.concat(chunks) });
    },
  });
  try {
    reader.write(data);
    reader.finish();
    return members;
  } catch (error) {
    throw new CommandError(
      `the archive of the context cannot be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function metadata(content: Buffer): StoredContext {
  try {
    return parseStoredContext(content.toString('utf8'));
  } catch (error) {
    throw new CommandError(`meta.json of the archive cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function isPlain(name: string | undefined): name is string {
  return name !== undefined && name !== '.' && name !== '..' && name !== '__proto__';
}

function unsafe(name: string): CommandError {
  return new CommandError(`unexpected file ${JSON.stringify(name)} in the archive of the context`);
}
