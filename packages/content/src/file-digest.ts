import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { algorithmOf, Digest } from '@berth/oci';

/** Digest and length of a file, read in one pass. */
export async function digestOfFile(
  path: string,
  algorithm: ReturnType<typeof algorithmOf>,
  signal?: AbortSignal,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash(algorithm);
  let size = 0;
  const options = { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) };
  for await (const chunk of createReadStream(path, options)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { digest: `${algorithm}:${hash.digest('hex')}` as Digest, size };
}
