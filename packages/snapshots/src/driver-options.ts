import { engineError } from '@berth/errors';
import type { BtrfsOptions } from './btrfs/btrfs-options.ts';
import { parseByteSize } from './byte-size.ts';
import type { SnapshotterName } from './snapshotter.ts';

/**
 * Reads the daemon's `storage-opts` for the driver that is to be opened. Names do not depend on case. Fails
 * with snapshots.invalid-option and Docker's text, which names the option; what only another driver knows is
 * refused, too.
 */
export function parseDriverOptions(
  driver: SnapshotterName,
  options: readonly string[],
): BtrfsOptions {
  let minimumSize = 0;
  for (const option of options) {
    const split = option.indexOf('=');
    if (split < 1) throw invalid(`Unable to parse key/value option: ${option}`);
    const key = option.slice(0, split).trim().toLowerCase();
    const value = option.slice(split + 1).trim();
    if (driver === 'btrfs' && key === 'btrfs.min_space') minimumSize = parseByteSize(value);
    else if (!isWithoutEffect(driver, key)) throw invalid(refusal(driver, key));
  }
  return { minimumSize };
}

/** dockerd looks at no kernel version any more either. */
function isWithoutEffect(driver: SnapshotterName, key: string): boolean {
  return driver === 'overlay2' && key === 'overlay2.override_kernel_check';
}

function refusal(driver: SnapshotterName, key: string): string {
  if (driver === 'btrfs') return `btrfs: Unknown option ${key}`;
  if (driver === 'overlay2') {
    return key === 'overlay2.size'
      ? `Storage option ${key} not supported. Filesystem does not support Project Quota`
      : `overlay2: unknown option ${key}`;
  }
  return key === 'size'
    ? `vfs: storage option ${key}: Filesystem does not support, or has not enabled quotas`
    : `unknown option ${key} for vfs`;
}

function invalid(reason: string) {
  return engineError('snapshots.invalid-option', { reason });
}
