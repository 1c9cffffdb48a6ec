import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { engineError, isEngineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { BtrfsSnapshotter } from './btrfs/btrfs-snapshotter.ts';
import { parseDriverOptions } from './driver-options.ts';
import { OverlaySnapshotter } from './overlay/overlay-snapshotter.ts';
import type { OpenedSnapshotter } from './snapshotter.ts';
import { bookkeepingNames } from './store/container-folders.ts';
import { type OwnerMapping, removeStrayMapping } from './store/mapped-folder.ts';
import { VfsSnapshotter } from './vfs/vfs-snapshotter.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker/worker-pool.ts';

/** The best first: vfs works everywhere. */
const drivers = ['overlay2', 'btrfs', 'vfs'] as const;
type DriverName = (typeof drivers)[number];

export interface OpenSnapshotterOptions {
  /** The `storage-driver` setting; absent: what the data root holds, else the best that works there. */
  readonly name?: string;
  /** The data root. Each driver has its own folder in it. */
  readonly root: string;
  readonly kernel: Kernel;
  readonly pool?: WorkerPoolOptions;
  /** The `storage-opts` setting: `btrfs.min_space=1G`. */
  readonly storageOptions?: readonly string[];
  /** What `mount` with `mapped` makes of owners. */
  readonly owners?: OwnerMapping;
  /** Folder where an earlier daemon may have left a mount with mapped owners. */
  readonly strayMappings?: string;
}

/**
 * Opens the storage driver of a data root. Fails with snapshots.driver-unknown, snapshots.several-drivers,
 * snapshots.other-driver-data (data of another driver would become invisible) or
 * snapshots.driver-unavailable, and for a wrong option with snapshots.invalid-option. Disposing brings layers to disk and ends the threads.
 */
export async function openSnapshotter(options: OpenSnapshotterOptions): Promise<OpenedSnapshotter> {
  mkdirSync(options.root, { recursive: true, mode: 0o710 });
  const name = chooseDriver(options.name, options.root);
  if (name !== undefined) return openDriver(name, options);
  let failure: unknown;
  for (const driver of drivers) {
    try {
      return openDriver(driver, options);
    } catch (error) {
      if (!isEngineError(error, 'snapshots.driver-unavailable')) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** Undefined when anything that works will do. */
function chooseDriver(name: string | undefined, root: string): DriverName | undefined {
  const found = drivers.filter((driver) => holdsData(join(root, driver)));
  if (name === undefined || name === '') {
    if (found.length < 2) return found[0];
    throw engineError('snapshots.several-drivers', { root, drivers: found.join(', ') });
  }
  const driver = drivers.find((known) => known === name);
  if (driver === undefined) {
    throw engineError('snapshots.driver-unknown', { driver: name, known: drivers.join(', ') });
  }
  const [other] = found;
  if (other !== undefined && !found.includes(driver)) {
    throw engineError('snapshots.other-driver-data', { root, found: other, driver });
  }
  return driver;
}

function holdsData(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => !bookkeepingNames.has(name));
}

function openDriver(name: DriverName, options: OpenSnapshotterOptions): OpenedSnapshotter {
  const settings = parseDriverOptions(name, options.storageOptions ?? []);
  const pool = new WorkerPool(options.pool);
  const folder = join(options.root, name);
  const { kernel, owners, strayMappings } = options;
  if (strayMappings !== undefined) removeStrayMapping(kernel, strayMappings, name);
  if (name === 'overlay2') return new OverlaySnapshotter(kernel, folder, pool, owners);
  if (name === 'btrfs') return new BtrfsSnapshotter(kernel, folder, pool, settings, owners);
  return new VfsSnapshotter(kernel, folder, pool, owners);
}
