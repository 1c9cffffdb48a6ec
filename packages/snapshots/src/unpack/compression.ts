import type { LayerCompression, ProgramCompression } from '../layer-transfer.ts';
import { jobError } from '../worker/job-error.ts';

/** Bytes needed to tell the compression of a stream. */
export const magicLength = 6;

/** The compression that the first bytes show. */
export function sniffCompression(head: Buffer): LayerCompression | ProgramCompression {
  if (startsWith(head, 0x1f, 0x8b)) return 'gzip';
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  // Skippable frames, with which seekable zstd files may begin.
  const skippable = ((head[0] ?? 0) & 0xf0) === 0x50;
  if (skippable && startsWith(head.subarray(1), 0x2a, 0x4d, 0x18)) return 'zstd';
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  // The fourth byte is the size of a block in digits: a text may begin with the other three.
  const digit = head[3] ?? 0;
  if (startsWith(head, 0x42, 0x5a, 0x68) && digit >= 0x31 && digit <= 0x39) return 'bzip2';
  return 'none';
}

/** Whether it takes a program to decompress it; layers of images never have such a compression. */
export function isProgramCompression(
  compression: LayerCompression | ProgramCompression,
): compression is ProgramCompression {
  return compression === 'xz' || compression === 'bzip2';
}

/** sniffCompression for layers: fails for compressions that they cannot have. */
export function detectCompression(head: Buffer): LayerCompression {
  const compression = sniffCompression(head);
  if (!isProgramCompression(compression)) return compression;
  throw jobError('snapshots.unsupported-compression', { compression });
}

function startsWith(head: Buffer, ...bytes: number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}
