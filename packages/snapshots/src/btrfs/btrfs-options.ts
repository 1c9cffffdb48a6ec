import { engineError } from '@berth/errors';
import { formatByteSize, parseByteSize } from '../byte-size.ts';

/** Settings of the driver btrfs. */
export interface BtrfsOptions {
  /** `btrfs.min_space`: the least that `--storage-opt size` may be, in bytes; 0 for any. */
  readonly minimumSize: number;
}

/**
 * Bytes that `--storage-opt` allows a container; undefined: no limit. Every failure has Docker's text:
 * snapshots.option-unsupported for another option than `size`, snapshots.invalid-option for a wrong size.
 */
export function btrfsSize(
  asked: Readonly<Record<string, string>>,
  { minimumSize }: BtrfsOptions,
): number | undefined {
  let size: number | undefined;
  for (const [key, value] of Object.entries(asked)) {
    if (key.toLowerCase() !== 'size') {
      throw engineError('snapshots.option-unsupported', { reason: `Unknown option ${key}` });
    }
    size = parseByteSize(value);
    if (size === 0) throw invalid('btrfs: invalid storage size: 0B');
    if (size < minimumSize) {
      throw invalid(`btrfs: storage size cannot be less than ${formatByteSize(minimumSize)}`);
    }
  }
  return size;
}

function invalid(reason: string) {
  return engineError('snapshots.invalid-option', { reason });
}
