import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContentStore, openContentStore } from '@berth/content';
import type { EventDraft } from '@berth/events';
import {
  createImageService,
  type ImageService,
  type ImageUsers,
  type ProgressMessage,
} from '@berth/images';
import { MemoryRegistry } from '@berth/images/testsuite/memory-registry.ts';
import { createLinuxKernel } from '@berth/kernel';
import { hostPlatform } from '@berth/oci';
import type { RegistryClient } from '@berth/registry-client';
import { type OpenedSnapshotter, openSnapshotter } from '@berth/snapshots';
import { type Database, openDatabase } from '@berth/state';

process.umask(0);

/** An image service on a real file system, in a folder of its own. */
export class ImageFixture implements AsyncDisposable {
  readonly root: string;
  readonly images: ImageService;
  readonly content: ContentStore;
  readonly storage: OpenedSnapshotter;
  readonly events: EventDraft[] = [];
  readonly progress: ProgressMessage[] = [];
  readonly #database: Database;
  readonly #ownsRoot: boolean;
  #now = Date.UTC(2024, 0, 1);

  private constructor(parts: {
    readonly root: string;
    readonly content: ContentStore;
    readonly storage: OpenedSnapshotter;
    readonly database: Database;
    readonly ownsRoot: boolean;
    readonly registry: RegistryClient;
  }) {
    this.root = parts.root;
    this.content = parts.content;
    this.storage = parts.storage;
    this.#database = parts.database;
    this.#ownsRoot = parts.ownsRoot;
    this.images = createImageService({
      database: parts.database,
      content: parts.content,
      snapshotter: parts.storage,
      transfer: parts.storage.transfer,
      events: { publish: (event) => this.events.push(event) },
      clock: { now: () => this.#now++ },
      hostPlatform: hostPlatform(process.arch),
      registry: parts.registry,
      transferLimits: () => ({ downloads: 3, uploads: 5 }),
    });
  }

  /** `root` reopens the data of an earlier fixture and is left in place. */
  static async open(
    options: {
      readonly driver?: string;
      readonly root?: string;
      readonly registry?: RegistryClient;
    } = {},
  ): Promise<ImageFixture> {
    const root = options.root ?? (await mkdtemp(join(tmpdir(), 'berth-images-')));
    const kernel = createLinuxKernel();
    const content = await openContentStore(join(root, 'content'), {
      files: kernel.files,
      bootId: kernel.host.bootId,
    });
    const storage = await openSnapshotter({
      root,
      name: options.driver ?? 'overlay2',
      kernel,
    });
    const database = openDatabase(join(root, 'state.db'));
    const ownsRoot = options.root === undefined;
    const registry = options.registry ?? new MemoryRegistry().client;
    const fixture = new ImageFixture({ root, content, storage, database, ownsRoot, registry });
    await fixture.images.reconcile();
    return fixture;
  }

  readonly sink = (message: ProgressMessage): void => {
    this.progress.push(message);
  };

  use(users: ImageUsers): void {
    this.images.setUsers(users);
  }

  /** Digests of all blobs, sorted. */
  async blobs(): Promise<string[]> {
    const digests: string[] = [];
    for await (const { digest } of this.content.list()) digests.push(digest);
    return digests.sort();
  }

  /** What a failed operation must not change. */
  async contents(): Promise<{ blobs: string[]; layers: string[]; images: number }> {
    const layers = await this.storage.listLayers();
    return { blobs: await this.blobs(), layers: layers.sort(), images: this.images.count() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.storage[Symbol.asyncDispose]();
    this.#database.close();
    if (this.#ownsRoot) await rm(this.root, { recursive: true, force: true });
  }
}
