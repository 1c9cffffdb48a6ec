import { fromText, toText } from '@berth/tar/byte-string.ts';
import { noXattrs, type TarEntry, type TarEntryType } from '@berth/tar/tar-entry.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';
import { CommandError } from '../usage-error.ts';
import { parseStoredContext, type StoredContext, type TlsMaterial } from './context-store.ts';
import { readZip, ZipError, type ZipMember } from './zip-reader.ts';

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
  const tls: Record<string, Record<string, Buffer>> = {};
  let context: StoredContext | undefined;
  const isZip = data[0] === 0x50 && data[1] === 0x4b;
  for (const { name, isFile, content } of isZip ? zipMembers(data) : tarMembers(data)) {
    const [, endpoint, file] = /^tls\/([a-zA-Z0-9_.-]+)\/([a-zA-Z0-9_.-]+)$/.exec(name) ?? [];
    if (name === 'meta.json') context = metadata(content);
    else if (!isFile || !isPlain(endpoint) || !isPlain(file)) throw unsafe(name);
    else tls[endpoint] = { ...tls[endpoint], [file]: content };
  }
  if (context === undefined) throw new CommandError('invalid context: no metadata found');
  return { context, tls };
}

/** The members of a zip archive but for folders. */
function zipMembers(data: Buffer): ZipMember[] {
  try {
    return readZip(data, maxArchiveBytes).filter(({ name }) => !name.endsWith('/'));
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw unreadable(error);
  }
}

/** The members of a tar archive but for folders. */
function tarMembers(data: Buffer): ZipMember[] {
  const members: ZipMember[] = [];
  let current: TarEntry | undefined;
  let chunks: Buffer[] = [];
  const reader = new TarReader({
    entry: (entry) => {
      current = entry;
      chunks = [];
    },
    data: (chunk, start, length) => chunks.push(chunk.subarray(start, start + length)),
    entryEnd: () => {
      if (current === undefined || current.type === 'directory') return;
      const name = toText(current.name).replace(/^\.\//, '');
      members.push({ name, isFile: current.type === 'file', content: Buffer.concat(chunks) });
    },
  });
  try {
    reader.write(data);
    reader.finish();
    return members;
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): CommandError {
  const reason = (error as Error).message;
  return new CommandError(`the archive of the context cannot be read: ${reason}`, { cause: error });
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
