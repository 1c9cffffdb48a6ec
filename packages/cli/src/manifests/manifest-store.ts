import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import { CommandError } from '../usage-error.ts';
import type { StoredManifest } from './stored-manifest.ts';

/** The lists of manifests below the client configuration, laid out as Docker's: one folder a list, one file a manifest. */
export class ManifestStore {
  readonly #root: string;

  constructor(configFolder: string) {
    this.#root = join(configFolder, 'manifests');
  }

  /** The manifests of a list in the order of their names, or undefined when there is no such list. */
  list(list: string): readonly StoredManifest[] | undefined {
    const folder = join(this.#root, fileName(list));
    try {
      return readdirSync(folder)
        .filter((name) => !name.endsWith('.tmp'))
        .sort()
        .map((name) => readManifest(join(folder, name)));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  get(list: string, manifest: string): StoredManifest | undefined {
    try {
      return readManifest(join(this.#root, fileName(list), fileName(manifest)));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  save(list: string, manifest: string, stored: StoredManifest): void {
    const folder = join(this.#root, fileName(list));
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const path = join(folder, fileName(manifest));
    writeFileSync(`${path}.tmp`, JSON.stringify(stored), { mode: 0o644 });
    renameSync(`${path}.tmp`, path);
  }

  remove(list: string): void {
    rmSync(join(this.#root, fileName(list)), { recursive: true, force: true });
  }
}

/** References hold no other characters that a file name may not have. */
function fileName(reference: string): string {
  return reference.replaceAll(':', '-').replaceAll('/', '_');
}

function readManifest(path: string): StoredManifest {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text) as StoredManifest;
  } catch (error) {
    throw new CommandError(`${path} is damaged: ${(error as Error).message}`, { cause: error });
  }
}
