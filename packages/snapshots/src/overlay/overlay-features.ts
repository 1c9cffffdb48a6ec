import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, isEngineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { featuresName } from '../store/snapshot-folder.ts';
import { type OverlayFeatures, probeOverlay, probePrefix } from './overlay-probe.ts';

/** The file of the root that remembers. */
interface RememberedFeatures {
  readonly features: OverlayFeatures;
  /** Where they were found: a boot, and a file system by its device number. */
  readonly bootId: string;
  readonly device: number;
}

/**
 * What overlayfs can do in `root`: tried once in each boot, because each unmounting waits for the kernel, and
 * remembered in a file. On a full disk, where nothing can be tried, what was found in an earlier boot holds: a daemon
 * has to start there, or nobody could remove anything. Fails with snapshots.driver-unavailable, or common.no-space when
 * there is nothing to remember.
 */
export function overlayFeatures(kernel: Kernel, root: string): OverlayFeatures {
  removeStrayProbes(kernel, root);
  const file = join(root, featuresName);
  const remembered = read(file);
  const { bootId } = kernel.host;
  const device = statSync(root).dev;
  if (remembered?.bootId === bootId && remembered.device === device) return remembered.features;
  try {
    const features = probeOverlay(kernel, root);
    remember(file, { features, bootId, device });
    return features;
  } catch (error) {
    if (!isEngineError(error, 'common.no-space') || remembered === undefined) throw error;
    return remembered.features;
  }
}

/** Left by a daemon that was killed while it tried. */
function removeStrayProbes(kernel: Kernel, root: string): void {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(probePrefix))) {
    kernel.mounts.unmount(join(root, name, 'merged'), { detach: true });
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** A disk with room to try on, and none for this: the next start tries again. */
function remember(file: string, remembered: RememberedFeatures): void {
  try {
    writeFileSync(file, JSON.stringify(remembered));
  } catch (error) {
    if (errnoOf(error) !== 'ENOSPC') throw error;
  }
}

/** Undefined for a file that is not there or was cut off by a full disk. */
function read(file: string): RememberedFeatures | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<RememberedFeatures>;
    return value.features === undefined ? undefined : (value as RememberedFeatures);
  } catch {
    return undefined;
  }
}
