import type { ContentStore } from '@berth/content';
import { engineError } from '@berth/errors';
import type { Descriptor, Platform } from '@berth/oci';
import type { RegistryClient } from '@berth/registry-client';
import type { LayerTransfer, Snapshotter } from '@berth/snapshots';
import type { Database } from '@berth/state';
import { checkStore } from './check/check-store.ts';
import { restoreLayers } from './check/restore-layers.ts';
import { commitImage } from './commit-image.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { GarbageCollector } from './garbage-collector.ts';
import type { Clock, EventPublisher, ImageContext, TransferLimits } from './image-context.ts';
import { imageDiskUsage } from './image-disk-usage.ts';
import { ImageGraph } from './image-graph.ts';
import { imageHistory } from './image-history.ts';
import { imageNeeds } from './image-needs.ts';
import { ImageRecords } from './image-records.ts';
import type {
  CheckRequest,
  CommitRequest,
  Filters,
  ImageService,
  ImageUsers,
} from './image-service.ts';
import { importImage } from './import-image.ts';
import { IndexPublisher } from './index-publisher.ts';
import { inspectImage } from './inspect-image.ts';
import { LayerInstaller } from './layer-installer.ts';
import { LayerSizes } from './layer-sizes.ts';
import { Leases } from './leases.ts';
import { listImages } from './list-images.ts';
import { loadImages } from './load-images.ts';
import { pruneImages } from './prune-images.ts';
import { partialGrace, pullImage } from './pull/pull-image.ts';
import { SharedTasks } from './pull/shared-tasks.ts';
import { pushImage } from './push/push-image.ts';
import { removeImage } from './remove-image.ts';
import { removePlatforms } from './remove-platforms.ts';
import { resolveImage } from './resolve-image.ts';
import { saveImages } from './save-images.ts';
import { tagImage } from './tag-image.ts';

export interface ImageServiceOptions {
  readonly database: Database;
  readonly content: ContentStore;
  readonly snapshotter: Snapshotter;
  readonly transfer: LayerTransfer;
  readonly events: EventPublisher;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly hostPlatform: Platform;
  /** Called between the steps of operations; fault tests end the process there. */
  readonly faultPoint?: (name: string) => void;
  readonly registry: RegistryClient;
  /** Asked at the start of every pull and push. */
  readonly transferLimits: () => TransferLimits;
}

/** Layers that unpack at once while they come: enough that slow ones do not hold up the others. */
const unpackLimit = 3;

const noUsers: ImageUsers = { usersOf: () => [], chainsInUse: () => new Set() };

export function createImageService(options: ImageServiceOptions): ImageService {
  return new LocalImageService(options);
}

/** Wires the operations to what they share; each operation lives in a file of its own. */
class LocalImageService implements ImageService {
  readonly #context: ImageContext;
  #users: ImageUsers = noUsers;
  #pruning = false;

  constructor(options: ImageServiceOptions) {
    const { database, content, snapshotter, transfer } = options;
    const users = () => this.#users;
    const records = new ImageRecords(database);
    const graph = new ImageGraph(content);
    const leases = new Leases();
    const sizes = new LayerSizes(snapshotter);
    this.#context = {
      clock: { now: () => Date.now() },
      faultPoint: () => undefined,
      ...options,
      records,
      graph,
      leases,
      sizes,
      users,
      installer: new LayerInstaller({ content, snapshotter, transfer }),
      collector: new GarbageCollector({
        records,
        graph,
        content,
        snapshotter,
        leases,
        sizes,
        users,
      }),
      index: new IndexPublisher(content, records),
      downloads: new SharedTasks(),
      unpacks: new ConcurrencyLimit(unpackLimit),
    };
  }

  async reconcile(): Promise<void> {
    const { collector, index, content, clock } = this.#context;
    await content.expirePartials(clock.now() - partialGrace);
    await collector.collect();
    await index.publish();
  }

  setUsers(users: ImageUsers): void {
    this.#users = users;
  }

  list(options: Parameters<ImageService['list']>[0]) {
    return listImages(this.#context, options);
  }

  inspect(...[name, options]: Parameters<ImageService['inspect']>) {
    return inspectImage(this.#context, name, options);
  }

  history(name: string, platform?: Platform) {
    return imageHistory(this.#context, name, platform);
  }

  resolve(name: string, platform?: Platform) {
    return resolveImage(this.#context, name, platform);
  }

  tag(source: string, target: string) {
    return tagImage(this.#context, source, target);
  }

  remove(...[name, options = {}]: Parameters<ImageService['remove']>) {
    const { platforms = [], ...rest } = options;
    if (platforms.length === 0) return removeImage(this.#context, name, rest);
    return removePlatforms(this.#context, name, { ...rest, platforms });
  }

  async prune(filters: Filters) {
    if (this.#pruning) throw engineError('images.prune-running', {});
    this.#pruning = true;
    try {
      return await pruneImages(this.#context, filters);
    } finally {
      this.#pruning = false;
    }
  }

  import(...[request, progress]: Parameters<ImageService['import']>) {
    return importImage(this.#context, request, progress);
  }

  commit(request: CommitRequest) {
    return commitImage(this.#context, request);
  }

  load(...[source, options, progress]: Parameters<ImageService['load']>) {
    return loadImages(this.#context, source, options, progress);
  }

  save(...[names, options]: Parameters<ImageService['save']>) {
    return saveImages(this.#context, names, options);
  }

  pull(...[request, progress]: Parameters<ImageService['pull']>) {
    return pullImage(this.#context, request, progress);
  }

  push(...[request, progress]: Parameters<ImageService['push']>) {
    return pushImage(this.#context, request, progress);
  }

  check(request: CheckRequest) {
    return checkStore(this.#context, request);
  }

  restoreLayers(manifest: Descriptor) {
    return restoreLayers(this.#context, manifest);
  }

  needs() {
    return imageNeeds(this.#context);
  }

  diskUsage() {
    return imageDiskUsage(this.#context);
  }

  count(): number {
    return this.#context.records.count();
  }
}
