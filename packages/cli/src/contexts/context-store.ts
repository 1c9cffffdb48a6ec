import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { contextFolders } from '@berth/engine-client';
import { engineError, errnoOf } from '@berth/errors';
import { CommandError } from '../usage-error.ts';

/** What a context says about one daemon; as Docker's client stores it. */
export interface DockerEndpoint {
  readonly Host?: string;
  readonly SkipTLSVerify: boolean;
}

/** A stored context (`meta.json`). Metadata that other programs put there is kept. */
export interface StoredContext {
  readonly Name: string;
  readonly Metadata: Readonly<Record<string, unknown>> & { readonly Description?: string };
  readonly Endpoints: Readonly<Record<string, unknown>> & { readonly docker?: DockerEndpoint };
}

/** The files of a context's TLS material: endpoint → file name → content. */
export type TlsMaterial = Readonly<Record<string, Readonly<Record<string, Buffer>>>>;

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

/** The contexts below a configuration folder, in the layout of Docker's client, which reads the same files. */
export class ContextStore {
  readonly #folder: string;

  constructor(configFolder: string) {
    this.#folder = configFolder;
  }

  /** All contexts, sorted by name; unreadable ones fail with client.bad-config. */
  list(): StoredContext[] {
    const root = path.join(this.#folder, 'contexts/meta');
    const entries = existsSync(root) ? readdirSync(root) : [];
    return entries
      .map((entry) => path.join(root, entry, 'meta.json'))
      .filter((file) => existsSync(file))
      .map(readStored)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  has(name: string): boolean {
    return existsSync(this.#metaFile(name));
  }

  /** Fails with client.context-not-found. */
  read(name: string): StoredContext {
    const file = this.#metaFile(name);
    if (!existsSync(file)) throw engineError('client.context-not-found', { name, path: file });
    return readStored(file);
  }

  /** The folders of a context, as `context inspect` shows them. */
  folders(name: string): { readonly metadata: string; readonly tls: string } {
    return contextFolders(path.resolve(this.#folder), name);
  }

  readTls(name: string): TlsMaterial {
    const { tls } = this.folders(name);
    const endpoints = existsSync(tls) ? readdirSync(tls) : [];
    return Object.fromEntries(
      endpoints.map((endpoint) => {
        const folder = path.join(tls, endpoint);
        const files = readdirSync(folder).map((file) => [
          file,
          readFileSync(path.join(folder, file)),
        ]);
        return [endpoint, Object.fromEntries(files)];
      }),
    );
  }

  /**
   * Stores a context with its TLS material, in place of what was there. The metadata appears last and by
   * rename: a context is complete or not there. `tls` absent leaves the present material.
   */
  write(context: StoredContext, tls?: TlsMaterial): void {
    const folders = this.folders(context.Name);
    if (tls !== undefined) {
      rmSync(folders.tls, { recursive: true, force: true });
      for (const [endpoint, files] of Object.entries(tls)) {
        if (Object.keys(files).length === 0) continue;
        const folder = path.join(folders.tls, endpoint);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const [file, content] of Object.entries(files)) {
          writeFileSync(path.join(folder, file), content, { mode: 0o600 });
        }
      }
    }
    mkdirSync(folders.metadata, { recursive: true, mode: 0o755 });
    const file = path.join(folders.metadata, 'meta.json');
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(context), { mode: 0o644 });
    renameSync(temporary, file);
  }

  remove(name: string): void {
    const { metadata, tls } = this.folders(name);
    rmSync(metadata, { recursive: true, force: true });
    rmSync(tls, { recursive: true, force: true });
  }

  #metaFile(name: string): string {
    return path.join(contextFolders(this.#folder, name).metadata, 'meta.json');
  }
}

/** Refuses names that Docker refuses, and those that exist. */
export function checkNewContextName(store: ContextStore, name: string): void {
  checkNotDefault(name);
  if (!namePattern.test(name)) {
    throw new CommandError(
      `context name ${JSON.stringify(name)} is invalid, names are validated against regexp "${namePattern.source}"`,
    );
  }
  if (store.has(name)) throw new CommandError(`context ${JSON.stringify(name)} already exists`);
}

/** `default` is made from flags and environment and cannot be stored. */
export function checkNotDefault(name: string): void {
  if (name === '') throw new CommandError('context name cannot be empty');
  if (name === 'default') throw new CommandError('"default" is a reserved context name');
}

function readStored(file: string): StoredContext {
  try {
    return parseStoredContext(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = errnoOf(error) ?? (error as Error).message;
    throw engineError('client.bad-config', { path: file, reason }, { cause: error });
  }
}

/** Reads `meta.json`. Throws Error with the reason. */
export function parseStoredContext(text: string): StoredContext {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed) || typeof parsed['Name'] !== 'string') {
    throw new Error('not the metadata of a context');
  }
  const { Name, Metadata, Endpoints } = parsed;
  return {
    Name,
    Metadata: isRecord(Metadata) ? Metadata : {},
    Endpoints: isRecord(Endpoints) ? Endpoints : {},
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
