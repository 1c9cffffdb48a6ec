import type { LayerCompression } from '../layer-transfer.ts';
import { jobError } from '../worker/job-error.ts';

/** Bytes needed to tell the compression of a stream. */
export const magicLength = 6;

/** The compression that the first bytes show. Fails for compressions that layers cannot have. */
export function detectCompression(head: Buffer): LayerCompression {
  if (startsWith(head, 0x1f, 0x8b)) return 'gzip';
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  // Skippable frames, with which seekable zstd files may begin.
  if (
    head.length >= 4 &&
    (head[0]! & 0xf0) === 0x50 &&
    startsWith(head.subarray(1), 0x2a, 0x4d, 0x18)
  ) {
    return 'zstd';
  }
  const unsupported = startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)
    ? 'xz'
    : startsWith(head, 0x42, 0x5a, 0x68)
      ? 'bzip2'
      : undefined;
  if (unsupported === undefined) return 'none';
  throw jobError('snapshots.unsupported-compression', { compression: unsupported });
}

function startsWith(head: Buffer, ...bytes: number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}
