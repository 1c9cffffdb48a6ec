import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEngineError } from '@berth/errors';
import type { Kernel } from '@berth/kernel';
import { featuresName } from '../store/snapshot-folder.ts';
import { type OverlayFeatures, probeOverlay, probePrefix } from './overlay-probe.ts';

/**
 * What overlayfs can do in `root`, tried anew and remembered in a file. On a full disk, where nothing can be tried,
 * what is remembered holds: a daemon has to start there, or nobody could remove anything. Fails with
 * snapshots.driver-unavailable, or common.no-space when there is nothing to remember.
 */
export function overlayFeatures(kernel: Kernel, root: string): OverlayFeatures {
  removeStrayProbes(kernel, root);
  const file = join(root, featuresName);
  try {
    const features = probeOverlay(kernel, root);
    const text = JSON.stringify(features);
    if (read(file) !== text) writeFileSync(file, text);
    return features;
  } catch (error) {
    const remembered = read(file);
    if (!isEngineError(error, 'common.no-space') || remembered === undefined) throw error;
    return JSON.parse(remembered) as OverlayFeatures;
  }
}

/** Left by a daemon that was killed while it tried. */
function removeStrayProbes(kernel: Kernel, root: string): void {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(probePrefix))) {
    kernel.mounts.unmount(join(root, name, 'merged'), { detach: true });
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** Undefined for a file that is not there or was cut off by a full disk. */
function read(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
