import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { LayerTransfer } from '@berth/snapshots';
import { isProgramCompression, sniffCompression } from '@berth/snapshots/unpack/compression.ts';
import { peek } from '@berth/snapshots/unpack/plain-stream.ts';

/** Half of the time of zlib's own default for a few percent more bytes. */
export const gzipOptions = { level: 4, chunkSize: 64 << 10 };

/**
 * The bytes of a layer as they are stored: as they came, or with gzip when they came compressed with xz or
 * bzip2, which no layer of an image may be.
 */
export async function* storable(
  source: Readable,
  transfer: Pick<LayerTransfer, 'decompress'>,
): AsyncGenerator<Buffer> {
  const { head, all } = await peek(source);
  const compression = sniffCompression(head);
  if (!isProgramCompression(compression)) {
    yield* all;
    return;
  }
  const plain = Readable.from(transfer.decompress(compression, all), { objectMode: false });
  const packed = plain.pipe(createGzip(gzipOptions));
  plain.once('error', (error) => packed.destroy(error));
  try {
    yield* packed as AsyncIterable<Buffer>;
  } finally {
    plain.destroy();
  }
}
