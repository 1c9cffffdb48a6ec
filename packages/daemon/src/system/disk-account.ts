import path from 'node:path';
import type { ContainerNeeds } from '@berth/containers';
import type { SystemUsageEntry } from '@berth/engine-api';
import type { ImageNeeds } from '@berth/images';
import { encodedOf } from '@berth/oci';
import type { AccountEntry } from '@berth/snapshots';

/** What the daemon knows when the files are told apart. */
export interface AccountFacts {
  /** Folder of the storage driver below the data root. */
  readonly driver: string;
  /** Chain IDs of all layers on disk. */
  readonly layers: readonly string[];
  readonly images: readonly ImageNeeds[];
  readonly containers: readonly ContainerNeeds[];
  readonly hasVolume: (name: string) => boolean;
}

/** How deep below the data root things have entries of their own, by its folders. */
export function accountDepths(driver: string): Readonly<Record<string, number>> {
  return { content: 4, [driver]: 2, containers: 3, volumes: 2 };
}

/** Says what each part of the data root is. Pure; everything that is counted stays in the result. */
export function explainAccount(
  entries: readonly AccountEntry[],
  facts: AccountFacts,
): SystemUsageEntry[] {
  const index = new AccountIndex(facts);
  return entries
    .map(({ path: file, bytes, inodes }) => ({
      ...index.tell(file),
      ...{ Path: file, Bytes: bytes, Files: inodes },
    }))
    .sort((a, b) => b.Bytes - a.Bytes || (a.Path < b.Path ? -1 : 1));
}

type Told = Pick<SystemUsageEntry, 'Kind' | 'Name' | 'UsedBy'>;

class AccountIndex {
  readonly #driver: string;
  readonly #layers: ReadonlySet<string>;
  readonly #containers: ReadonlyMap<string, ContainerNeeds>;
  readonly #hasVolume: (name: string) => boolean;
  readonly #blobUsers: ReadonlyMap<string, readonly string[]>;
  readonly #layerUsers: ReadonlyMap<string, readonly string[]>;
  readonly #volumeUsers: ReadonlyMap<string, readonly string[]>;

  constructor({ driver, layers, images, containers, hasVolume }: AccountFacts) {
    this.#driver = driver;
    this.#layers = new Set(layers.map(encoded));
    this.#containers = new Map(containers.map((container) => [container.id, container]));
    this.#hasVolume = hasVolume;
    const named = images.map((image) => ({ ...image, users: [image.names[0] ?? image.id] }));
    this.#blobUsers = usersOf(named.map(({ users, blobs }) => [users, blobs.map(encoded)]));
    this.#layerUsers = usersOf([
      ...named.map(({ users, layers: own }) => [users, own.map(encoded)] as const),
      ...containers.map(({ name, layers: own }) => [[name], own.map(encoded)] as const),
    ]);
    this.#volumeUsers = usersOf(containers.map((one) => [[one.name], one.volumes]));
  }

  tell(file: string): Told {
    const [top = '', name = '', part, digest] = file.split('/');
    if (top === '' || (name === '' && this.#isOwnFolder(top))) return told('state', 'folders');
    if (top === 'content') return this.#content(name, part, digest);
    if (top === this.#driver) return this.#snapshot(name);
    if (top === 'containers') return this.#container(name, part);
    if (top === 'volumes') return this.#volume(name);
    if (top === 'builder') return told('build-cache', name);
    if (/^state\.db(-wal|-shm)?$/.test(top)) return told('database', 'metadata');
    if (['berthd.lock', 'network', 'plugins'].includes(top)) return told('state', top);
    if (top === 'tmp') return told('temporary', name);
    return told('unknown', top);
  }

  #isOwnFolder(top: string): boolean {
    return ['content', 'containers', 'volumes', 'builder', this.#driver].includes(top);
  }

  #content(name: string, part: string | undefined, digest: string | undefined): Told {
    if (name === 'ingest' || name === 'partial') {
      return told('temporary', name === 'ingest' ? 'being stored' : 'cut-off downloads');
    }
    if (name !== 'blobs' || part === undefined || digest === undefined) {
      return told('state', 'index of the image store');
    }
    const users = this.#blobUsers.get(digest);
    return users === undefined
      ? told('orphan', `${part}:${digest}`)
      : told('blob', `${part}:${digest}`, users);
  }

  #snapshot(name: string): Told {
    if (name === 'drafts' || name === 'trash') return told('temporary', `${name} of layers`);
    if (name === 'init' || name === 'features.json') return told('state', name);
    const container = this.#containers.get(name);
    if (container !== undefined) return told('container', container.name, [container.name]);
    const users = this.#layerUsers.get(name);
    if (this.#layers.has(name) && users !== undefined)
      return told('layer', `sha256:${name}`, users);
    return told('orphan', name);
  }

  #container(id: string, part: string | undefined): Told {
    const container = this.#containers.get(id);
    if (container === undefined) return told('orphan', id);
    const isLog = part !== undefined && /^([0-9a-f]+-json|local|cached)\.log/.test(part);
    return told(isLog ? 'log' : 'container', container.name, [container.name]);
  }

  #volume(name: string): Told {
    if (name.startsWith('.')) return told('temporary', name);
    if (!this.#hasVolume(name)) return told('orphan', name);
    return told('volume', name, this.#volumeUsers.get(name));
  }
}

function told(Kind: string, Name: string, UsedBy: readonly string[] = []): Told {
  return { Kind, Name, UsedBy: [...new Set(UsedBy)].sort() };
}

function encoded(digest: string): string {
  return encodedOf(digest as Parameters<typeof encodedOf>[0]);
}

function usersOf(
  rows: readonly (readonly [users: readonly string[], things: readonly string[]])[],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [users, things] of rows) {
    for (const thing of things) found.set(thing, [...(found.get(thing) ?? []), ...users]);
  }
  return found;
}

/** The mount points below a folder, as paths below it. */
export function mountPointsBelow(folder: string, mountPoints: readonly string[]): string[] {
  return mountPoints.map((point) => path.relative(folder, point)).filter((point) => point !== '');
}
