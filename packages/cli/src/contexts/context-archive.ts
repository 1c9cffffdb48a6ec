import { packTar, unpackTar } from 'modern-tar';
import { CommandError } from '../usage-error.ts';
import { parseStoredContext, type StoredContext, type TlsMaterial } from './context-store.ts';

/** A context as a file: `meta.json` and `tls/ENDPOINT/FILE` in a tar, as Docker's client writes it. */
export interface ContextArchive {
  readonly context: StoredContext;
  readonly tls: TlsMaterial;
}

/** Bytes that an archive may have, and one file of it: Docker's limit. */
export const maxArchiveBytes = 10 * 1024 * 1024;

const owner = { uid: 0, gid: 0, mtime: new Date(0) } as const;

/** The archive of a context; the same context gives the same bytes. */
export async function writeContextArchive({ context, tls }: ContextArchive): Promise<Uint8Array> {
  const folder = (name: string) => ({
    header: { ...owner, name: `${name}/`, type: 'directory', mode: 0o700, size: 0 } as const,
  });
  const file = (name: string, mode: number, data: Buffer) => ({
    header: { ...owner, name, type: 'file', mode, size: data.length } as const,
    data: new Uint8Array(data),
  });
  return packTar([
    file('meta.json', 0o644, Buffer.from(JSON.stringify(context))),
    folder('tls'),
    ...Object.entries(tls).flatMap(([endpoint, files]) => [
      folder(`tls/${endpoint}`),
      ...Object.entries(files).map(([name, data]) => file(`tls/${endpoint}/${name}`, 0o600, data)),
    ]),
  ]);
}

/** Reads an archive of anybody: only the files that belong there are taken. Throws CommandError. */
export async function readContextArchive(data: Uint8Array): Promise<ContextArchive> {
  if (data[0] === 0x50 && data[1] === 0x4b) {
    throw new CommandError(
      'importing a context from a zip file is not implemented; unpack it and make a tar of it',
    );
  }
  const tls: Record<string, Record<string, Buffer>> = {};
  let context: StoredContext | undefined;
  for (const { header, data: body } of await entriesOf(data)) {
    if (header.type === 'directory') continue;
    const name = header.name.replace(/^\.\//, '');
    const content = Buffer.from(body ?? new Uint8Array());
    const [, endpoint, file] = /^tls\/([a-zA-Z0-9_.-]+)\/([a-zA-Z0-9_.-]+)$/.exec(name) ?? [];
    if (name === 'meta.json') context = metadata(content);
    else if (header.type !== 'file' || !isPlain(endpoint) || !isPlain(file)) throw unsafe(name);
    else tls[endpoint] = { ...tls[endpoint], [file]: content };
  }
  if (context === undefined) throw new CommandError('invalid context: no metadata found');
  return { context, tls };
}

async function entriesOf(data: Uint8Array) {
  try {
    return await unpackTar(data, { strict: true });
  } catch (error) {
    throw new CommandError(
      `the archive of the context cannot be read: ${(error as Error).message}`,
      {
        cause: error,
      },
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
