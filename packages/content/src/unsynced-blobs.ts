import { mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundSync, type Files } from '@berth/kernel';
import { algorithmOf, type Digest, encodedOf, parseDigest } from '@berth/oci';
import { digestOfFile } from './file-digest.ts';

export interface Durability {
  readonly files: Files;
  readonly bootId: string;
}

interface Mark {
  readonly name: string;
  readonly bootId: string;
  readonly digest: Digest;
}

/**
 * Blobs that may not be on the disk yet. Each has an empty file here, named by boot and digest and made before the
 * blob gets its name: journals keep that order, so after a power failure every blob in doubt has its mark.
 */
export class UnsyncedBlobs {
  readonly #folder: string;
  readonly #bootId: string;
  readonly #sync: BackgroundSync;

  private constructor(folder: string, root: string, { files, bootId }: Durability) {
    this.#folder = folder;
    this.#bootId = bootId;
    this.#sync = new BackgroundSync(files, root, (name) => {
      void unlink(join(folder, name)).catch(() => undefined);
    });
  }

  /** Removes blobs that a power failure has spoilt. */
  static async open(options: {
    readonly root: string;
    readonly durability: Durability;
    readonly blobPath: (digest: Digest) => string;
  }): Promise<UnsyncedBlobs> {
    const { root, durability, blobPath } = options;
    const folder = join(root, 'unsynced');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unsynced = new UnsyncedBlobs(folder, root, durability);
    for (const name of await readdir(folder)) {
      const mark = parseMark(name);
      if (mark?.bootId === durability.bootId) {
        unsynced.#sync.add(name);
        continue;
      }
      if (mark !== undefined) await removeIfSpoilt(blobPath(mark.digest), mark.digest);
      await rm(join(folder, name), { recursive: true, force: true });
    }
    return unsynced;
  }

  /** To be called before the blob gets its name. */
  async add(digest: Digest): Promise<void> {
    const name = `${this.#bootId}.${algorithmOf(digest)}-${encodedOf(digest)}`;
    await (await open(join(this.#folder, name), 'w', 0o600)).close();
    this.#sync.add(name);
  }

  /** Resolves when all blobs are on disk. */
  flush(): Promise<void> {
    return this.#sync.flush();
  }
}

function parseMark(name: string): Mark | undefined {
  const [, bootId, algorithm, encoded] = /^([^.]+)\.([a-z0-9]+)-([0-9a-f]+)$/.exec(name) ?? [];
  const digest = parseDigest(`${algorithm}:${encoded}`);
  return bootId === undefined || digest === undefined ? undefined : { name, bootId, digest };
}

async function removeIfSpoilt(path: string, digest: Digest): Promise<void> {
  if ((await stat(path).catch(() => undefined)) === undefined) return;
  const actual = (await digestOfFile(path, algorithmOf(digest))).digest;
  if (actual !== digest) await rm(path);
}
